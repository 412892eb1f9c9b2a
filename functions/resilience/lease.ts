import type { Lease, LeaseStore } from '../ports/lease.ts';
import type { Clock } from '../ports/runtime.ts';

export interface AloneParts {
  readonly name: string;
  /** Who this is: another one for each run. */
  readonly holder: string;
  readonly store: LeaseStore;
  readonly clock: Clock;
  /** How long nobody else may begin, unless it is renewed: longer than a step of the work. */
  readonly leaseMs: number;
}

/**
 * Runs some work unless somebody else does. The work is made of steps; before each one the lease is renewed, and the work
 * ends when somebody took it meanwhile. This saves work, and no more: between two lines of a step a process may pause for
 * longer than any lease. What must not happen twice has to be written with the lease as its fence.
 *
 * @param step one step with its fence; false when there is nothing left to do
 * @returns false when somebody else does it
 */
export async function runAlone(parts: AloneParts, step: (lease: Lease) => Promise<boolean>): Promise<boolean> {
  const { name, holder, store, clock, leaseMs } = parts;
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
