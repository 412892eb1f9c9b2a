import { salesSlots } from '../../../functions/domain/sales.ts';
import { FunctionPool } from './functions/function-pool.ts';
import type { World } from './world.ts';

/** What throttled batches try, beyond what was granted. */
const retryPace = 1.2;

/** The stream of the orders' events and its worker. */
export class Projection {
  readonly pool: FunctionPool;
  backlog = 0;
  /** From the transaction to the bus. */
  lagSeconds = 0;
  readonly #world: World;
  readonly #concurrency: number;
  /** A batch that was throttled is retried more slowly. */
  #pace = Number.POSITIVE_INFINITY;

  constructor(world: World, startsAt: number) {
    this.#world = world;
    this.pool = new FunctionPool('projection', world, startsAt);
    this.#concurrency = partitionsOf(world) * world.stage.projection.parallelizationFactor;
  }

  step(events: number, others: number): void {
    const { seconds, stage, constants, tracker, now, budget, shop } = this.#world;
    const waiting = this.backlog + events;
    const { batchSize } = stage.projection;
    const gathered = (events / seconds) * constants.streamPollSeconds + this.backlog;
    const size = Math.max(1, Math.min(batchSize, gathered / this.#concurrency));
    const groups = size * (1 - shop.hot.share) + Math.min(size * shop.hot.share, salesSlots * shop.hot.products);
    const duration = this.#world.secondsOf('project', size, groups);
    const most = (this.#concurrency * size * seconds) / duration;
    const tried = Math.min(waiting, most, this.#pace * seconds);
    const share = this.#world.useStores('project', tried, (tried / size) * groups);
    const done = tried * share;
    this.#pace = share < 1 ? (done / seconds) * retryPace + 1 : Math.max(this.#pace, 1) * retryPace;
    this.pool.serve({ invocations: tried / size, seconds: duration, others, atRandom: false });
    this.backlog = Math.max(0, waiting - done);
    const late = this.backlog / Math.max(done / seconds, 1e-9);
    this.lagSeconds = constants.streamPollSeconds / 2 + duration + (this.backlog > 1 ? late : 0);
    tracker.observe('projection', now, {
      unit: 'batches at once',
      demand: Math.min(this.#concurrency, (waiting / size / seconds) * duration),
      count: ((events / size / seconds) * duration) | 0,
      limit: this.#concurrency,
      offered: events,
      refused: 0,
      reason: 'stream falls behind',
      broken: this.backlog > 1 && late > budget.queueWaitSeconds,
      seconds,
    });
  }
}

/** A stream has about one open shard per partition of its table. */
function partitionsOf({ stage, constants }: World): number {
  const billing = stage.tables.orders;
  const [reads, writes] =
    billing.mode === 'provisioned'
      ? [billing.read.maxUnits, billing.write.maxUnits]
      : [
          billing.warm?.readUnitsPerSecond ?? constants.warmReads,
          billing.warm?.writeUnitsPerSecond ?? constants.warmWrites,
        ];
  return Math.max(1, Math.ceil(writes / constants.partitionWrites), Math.ceil(reads / constants.partitionReads));
}
