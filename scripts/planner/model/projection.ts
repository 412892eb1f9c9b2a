import { salesSlots } from '../../../functions/domain/sales.ts';
import { FunctionPool } from './functions/function-pool.ts';
import type { World } from './world.ts';

/** Rate at which throttled batches retry, relative to the granted rate. */
const retryPace = 1.2;

/** The stream of the orders' events and its worker. */
export class Projection {
  readonly pool: FunctionPool;
  backlog = 0;
  /** Seconds from the transaction to the bus. */
  lagSeconds = 0;
  readonly #world: World;
  readonly #concurrency: number;
  /** Rate limit after throttling: a throttled batch is retried more slowly. */
  #pace = Number.POSITIVE_INFINITY;
  /** Events per second in the last step with any events. */
  #rate = 1;

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
    const wanted = Math.min(waiting, most, this.#pace * seconds);
    // Batches without an environment stay in the stream.
    const tried = wanted * this.pool.serve({ invocations: wanted / size, seconds: duration, others, atRandom: false });
    const share = this.#world.useStores('project', tried, (tried / size) * groups);
    const done = tried * share;
    this.#pace = share < 1 ? (done / seconds) * retryPace + 1 : Math.max(this.#pace, 1) * retryPace;
    this.backlog = Math.max(0, waiting - done);
    if (done > 0) this.#rate = done / seconds;
    const late = this.backlog / this.#rate;
    const isRefused = this.pool.refusedByAccount > 0;
    const isLate = this.backlog > 1 && late > budget.queueWaitSeconds;
    this.pool.isHeldUp = isLate && isRefused;
    this.lagSeconds = constants.streamPollSeconds / 2 + duration + (this.backlog > 1 ? late : 0);
    tracker.observe('projection', now, {
      unit: 'batches at once',
      demand: Math.min(this.#concurrency, (waiting / size / seconds) * duration),
      count: ((events / size / seconds) * duration) | 0,
      limit: this.#concurrency,
      offered: events,
      refused: 0,
      reason: 'stream falls behind',
      broken: isLate && !isRefused,
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
