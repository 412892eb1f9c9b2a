import { hash } from 'node:crypto';

/** Index partitions of the open orders: enough that no single one limits the rate of accepted orders. */
export const openBuckets = 16;

export function toOpenBucket(orderId: string): number {
  return Number.parseInt(hash('sha1', orderId).slice(0, 4), 16) % openBuckets;
}

/** Ends of consecutive sweeps. `fromMs` is exclusive, so no moment is in two of them. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Ages at which an open order has a turn, in multiples of the stuck time; after the last one, each of its multiples. */
const firstTurns = [1, 1.5, 2, 3, 4];
const lastTurns = 4;

/**
 * The time that an order's turn in a sweep covers: from its turn before to this one. Undefined if it has no turn. The
 * turns depend only on the time of acceptance, which the index holds, so the other orders need not be read.
 */
export function findTurn(acceptedMs: number, stuckMs: number, sweep: Span): Span | undefined {
  const before = lastTurnAge(sweep.fromMs - acceptedMs, stuckMs);
  const age = lastTurnAge(sweep.toMs - acceptedMs, stuckMs);
  if (age === before) return undefined;
  return { fromMs: before === 0 ? 0 : acceptedMs + before, toMs: acceptedMs + age };
}

/**
 * The latest time of acceptance, not before `acceptedMs`, with no turn in the sweep between the two. All orders that have
 * one come after it.
 */
export function skipToTurn(acceptedMs: number, stuckMs: number, { fromMs, toMs }: Span): number {
  const age = lastTurnAge(toMs - acceptedMs - 1, stuckMs);
  return age === 0 ? acceptedMs : Math.max(acceptedMs, Math.floor(fromMs - age));
}

/** The last turn's age at an order's age. 0 before the first turn. */
function lastTurnAge(ageMs: number, stuckMs: number): number {
  const age = ageMs / stuckMs;
  if (age >= lastTurns) return Math.floor(age / lastTurns) * lastTurns * stuckMs;
  return (firstTurns.findLast((turn) => turn <= age) ?? 0) * stuckMs;
}

/**
 * Whether an order stuck since `sinceMs` is due in a span. It is due after `afterMs`, then after twice that, four times,
 * and so on: a hopeless order is re-enqueued a few times, not at each turn.
 *
 * @param span consecutive spans are never both due for one time
 */
export function isSweepDue(sinceMs: number, afterMs: number, span: Span): boolean {
  const times = (ms: number) => Math.floor(Math.log2((ms - sinceMs) / afterMs));
  return span.toMs - sinceMs >= afterMs && !(times(span.fromMs) >= times(span.toMs));
}
