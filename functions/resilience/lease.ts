import type { Lease, LeaseStore } from '../ports/lease.ts';
import type { Clock } from '../ports/runtime.ts';

export interface RunAloneOptions {
  readonly name: string;
  /** Unique per run. */
  readonly holder: string;
  readonly store: LeaseStore;
  readonly clock: Clock;
  /** How long others are kept out without a renewal: longer than one step of the work. */
  readonly leaseMs: number;
}

/**
 * Runs work in steps unless another process does. The lease is renewed between steps; the work ends if another process
 * has taken it. This only avoids duplicate work: a process may pause within a step for longer than any lease. Writes
 * that must not happen twice need the lease as a fence.
 *
 * @param step one step; returns false when nothing is left to do
 * @returns false when another process holds the lease
 */
export async function runAlone(options: RunAloneOptions, step: (lease: Lease) => Promise<boolean>): Promise<boolean> {
  const { name, holder, store, clock, leaseMs } = options;
  const nowMs = () => Date.parse(clock.now());
  let lease = await store.take(name, holder, nowMs(), leaseMs);
  if (!lease) return false;
  for (;;) {
    if (!(await step(lease))) {
      await store.release(lease);
      return true;
    }
    lease = await store.renew(lease, nowMs(), leaseMs);
    if (!lease) return false;
  }
}
