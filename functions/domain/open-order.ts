import { hash } from 'node:crypto';

/** Index partitions of the open orders: enough that no single one limits the rate of accepted orders. */
export const openBuckets = 16;

export function toOpenBucket(orderId: string): number {
  return Number.parseInt(hash('sha1', orderId).slice(0, 4), 16) % openBuckets;
}

/**
 * Whether an order stuck since `sinceMs` is due in a sweep. It is due after `afterMs`, then after twice that, four
 * times, and so on: a hopeless order is re-enqueued a few times, not with each sweep.
 *
 * @param sweep `fromMs` is exclusive, so consecutive sweeps are never both due
 */
export function isSweepDue(sinceMs: number, afterMs: number, sweep: { fromMs: number; toMs: number }): boolean {
  const times = (ms: number) => Math.floor(Math.log2((ms - sinceMs) / afterMs));
  return sweep.toMs - sinceMs >= afterMs && !(times(sweep.fromMs) >= times(sweep.toMs));
}
