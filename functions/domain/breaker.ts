/**
 * A circuit breaker shared by many environments:
 *
 *     CLOSED ──► OPEN ──► PROBING ──► CLOSED
 *                  ▲         │ ▲│
 *                  └─────────┘ └┘ a probe that never reported is replaced
 *
 * Each environment counts its own failures; only transitions are shared. A transition is a write conditional on the
 * previous version, so only one of many competing environments makes it.
 */
export interface BreakerRecord {
  readonly state: 'CLOSED' | 'OPEN' | 'PROBING';
  /** Each transition adds 1. */
  readonly version: number;
  /** Epoch milliseconds from which a probe may be elected. Ignored while CLOSED. */
  readonly until: number;
}

/** Undefined means closed: a breaker that never opened was never written. */
export type KnownBreaker = BreakerRecord | undefined;

export interface BreakerSettings {
  /** Length of a counting window. */
  readonly windowMs: number;
  /** Failures in a window that open the breaker ... */
  readonly failures: number;
  /** ... if they are also at least this share of its calls, 0 to 1. */
  readonly failureShare: number;
  /** How long calls are refused before a probe. */
  readonly openMs: number;
  /** How long a probe may take before another is elected. */
  readonly probeMs: number;
  /** Maximum age of the cached shared state. */
  readonly refreshMs: number;
}

export type BreakerVerdict = 'pass' | 'refuse' | 'elect a probe';

export function judge(breaker: KnownBreaker, nowMs: number): BreakerVerdict {
  if (!breaker || breaker.state === 'CLOSED') return 'pass';
  return nowMs < breaker.until ? 'refuse' : 'elect a probe';
}

export function opened(
  before: KnownBreaker,
  nowMs: number,
  { openMs }: Pick<BreakerSettings, 'openMs'>,
): BreakerRecord {
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

/** Calls made by one environment. */
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

export function exceedsThreshold({ calls, failures }: FailureWindow, settings: BreakerSettings): boolean {
  return failures >= settings.failures && failures / calls >= settings.failureShare;
}
