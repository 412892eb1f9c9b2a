import { hash } from 'node:crypto';

/** Open orders are listed by time, in so many lists that no single one bounds the rate at which orders are accepted. */
export const openBuckets = 16;

export function openBucketOf(orderId: string): number {
  return Number.parseInt(hash('sha1', orderId).slice(0, 4), 16) % openBuckets;
}

/**
 * Whether an order that should have moved on at `since` is due between two sweeps. It is due at `afterMs`, then at twice
 * that, four times, and so on: an order that nothing helps is asked for a few times, not with each sweep.
 *
 * @param from not included, so that two sweeps in a row are never both due
 */
export function isSweepDue(sinceMs: number, afterMs: number, sweep: { fromMs: number; toMs: number }): boolean {
  const times = (ms: number) => Math.floor(Math.log2((ms - sinceMs) / afterMs));
  return sweep.toMs - sinceMs >= afterMs && !(times(sweep.fromMs) >= times(sweep.toMs));
}
