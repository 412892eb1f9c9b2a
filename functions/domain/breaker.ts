/**
 * A circuit breaker that many environments share:
 *
 *     CLOSED ──► OPEN ──► PROBING ──► CLOSED
 *                  ▲         │ ▲│
 *                  └─────────┘ └┘ a probe that never reported is replaced
 *
 * Failures are counted where they happen; only transitions are shared. Each is a write on the condition of the version
 * before it, so of many environments that want the same transition one makes it.
 */
export interface BreakerRecord {
  readonly state: 'CLOSED' | 'OPEN' | 'PROBING';
  /** Each transition adds 1. */
  readonly version: number;
  /** Epoch milliseconds from which a probe may be elected. Without meaning while CLOSED. */
  readonly until: number;
}

/** No record counts as closed: a breaker that never opened was never written. */
export type KnownBreaker = BreakerRecord | undefined;

export interface BreakerSettings {
  /** Failures are counted over this time, then anew. */
  readonly windowMs: number;
  /** It opens at this many failures in a window ... */
  readonly failures: number;
  /** ... if they are at least this share of the calls, 0 to 1. */
  readonly failureShare: number;
  /** How long it refuses before a probe. */
  readonly openMs: number;
  /** How long a probe may take before another one is elected. */
  readonly probeMs: number;
  /** How old the knowledge of the shared state may be. */
  readonly refreshMs: number;
}

export type BreakerVerdict = 'pass' | 'refuse' | 'elect a probe';

export function judge(breaker: KnownBreaker, nowMs: number): BreakerVerdict {
  if (!breaker || breaker.state === 'CLOSED') return 'pass';
  return nowMs < breaker.until ? 'refuse' : 'elect a probe';
}

export function opened(before: KnownBreaker, nowMs: number, { openMs }: BreakerSettings): BreakerRecord {
  return { state: 'OPEN', version: next(before), until: nowMs + openMs };
}

export function probing(before: KnownBreaker, nowMs: number, { probeMs }: BreakerSettings): BreakerRecord {
  return { state: 'PROBING', version: next(before), until: nowMs + probeMs };
}

export function closed(before: KnownBreaker): BreakerRecord {
  return { state: 'CLOSED', version: next(before), until: 0 };
}

function next(before: KnownBreaker): number {
  return (before?.version ?? 0) + 1;
}

/** What one environment has seen of the calls that it made itself. */
export interface FailureWindow {
  readonly begunAt: number;
  readonly calls: number;
  readonly failures: number;
}

export const emptyWindow: FailureWindow = { begunAt: 0, calls: 0, failures: 0 };

export function countCall(
  window: FailureWindow,
  failed: boolean,
  nowMs: number,
  { windowMs }: BreakerSettings,
): FailureWindow {
  const { begunAt, calls, failures } = nowMs - window.begunAt < windowMs ? window : { ...emptyWindow, begunAt: nowMs };
  return { begunAt, calls: calls + 1, failures: failures + (failed ? 1 : 0) };
}

export function isTooMuch({ calls, failures }: FailureWindow, settings: BreakerSettings): boolean {
  return failures >= settings.failures && failures / calls >= settings.failureShare;
}
