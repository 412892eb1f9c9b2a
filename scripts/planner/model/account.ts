import type { Stage } from '../../../stacks/model/stages/stage-settings.ts';
import type { FunctionPool } from './functions/function-pool.ts';
import { floorAt, floorBegins } from './functions/provisioned.ts';
import type { World } from './world.ts';

/** Largest sum of the provisioned floors at any time of the day. */
export function mostProvisioned({ functions }: Stage): number {
  const settings = Object.values(functions).flatMap(({ provisioned }) => (provisioned ? [provisioned] : []));
  const times = [0, ...settings.flatMap(floorBegins)];
  const sumAt = (time: number) => settings.reduce((sum, one) => sum + floorAt(one, time), 0);
  return Math.max(...times.map(sumAt));
}

/** What all functions together take of the account's concurrency. */
export class Account {
  readonly #world: World;
  readonly #floors: number;

  constructor(world: World) {
    this.#world = world;
    this.#floors = mostProvisioned(world.stage);
  }

  observe(pools: readonly FunctionPool[]): void {
    const { tracker, now, constants, seconds } = this.#world;
    const common = { unit: 'environments', offered: 0, refused: 0, seconds };
    tracker.observe('account.concurrency', now, {
      ...common,
      demand: pools.reduce((sum, { counted, refusedByAccount }) => sum + counted + refusedByAccount, 0),
      limit: constants.accountConcurrency,
      // Refused requests are counted by their function. Refused batches are retried, and only wait.
      reason: 'ConcurrentInvocationLimitExceeded',
      broken: pools.some(({ isHeldUp }) => isHeldUp),
    });
    const demand = Math.max(
      this.#floors,
      pools.reduce((sum, { provisioned }) => sum + provisioned, 0),
    );
    const limit = Math.max(1, constants.accountConcurrency - constants.unreservedConcurrency);
    const reason = 'AWS does not allocate this provisioned concurrency';
    // The load does not change it, so that below the limit it is not the next one.
    if (demand > limit) tracker.observe('account.provisioned', now, { ...common, demand, limit, reason, broken: true });
  }
}
