import { maxShards, shardCountFor } from '../../../functions/domain/sharding.ts';
import { workerVisibilityTimeout } from '../../../stacks/model/stages/stage-settings.ts';
import { slowedByErrors, type ThrownErrors, thrownShare } from './faults.ts';
import { FunctionPool } from './functions/function-pool.ts';
import { useOfShard } from './hot-shard.ts';
import { Delay } from './queues/delay.ts';
import type { Curve } from './queues/fifo.ts';
import { Pollers } from './queues/pollers.ts';
import { receives, toBatch } from './queues/queue-batches.ts';
import { Sweeps } from './sweeps.ts';
import type { World } from './world.ts';

/** Attempts of a transaction that conflicts: `retryConflicts` tries once, and retries three times. */
const attempts = 4;
/** Averaging time, in seconds. */
const averaged = 10;

export interface Settled {
  readonly processed: number;
  readonly confirmed: number;
  readonly rejected: number;
  /** Seconds from a message's first receive to its answer, including the wait for its batch. */
  readonly seconds: number;
  /** Share of messages that are redelivered after the visibility timeout. */
  readonly stuck: number;
}

/** The queue of order requests and its worker. */
export class Settlement {
  readonly pool: FunctionPool;
  backlog = 0;
  /** Approximate wait of the oldest message. */
  waitSeconds = 0;
  readonly #world: World;
  readonly #pollers: Pollers;
  readonly #later = new Delay();
  readonly #sweeps: Sweeps;
  readonly #thrown: readonly ThrownErrors[];
  readonly #shards: number;
  readonly #hidden: number;
  #unitsLeft: { hot: number; rest: number };
  /** Concurrency at the busiest moment without a backlog, and the seconds of a batch. */
  busiest = { asked: 0, seconds: 0 };
  /** Average number of concurrent invocations that the arrivals need. */
  #asked = 0;
  /** Share of the batches that found an environment in the last step. */
  #served = 1;

  constructor(world: World, startsAt: number, peakOrders: number, thrown: readonly ThrownErrors[] = []) {
    const { constants: c, stage, shop } = world;
    this.#world = world;
    this.#thrown = thrown;
    this.#sweeps = new Sweeps(stage);
    this.pool = new FunctionPool('settlement', world, startsAt);
    this.#pollers = new Pollers({
      start: c.pollersAtStart,
      perMinute: c.pollersPerMinute,
      max: Math.min(c.pollersMax, stage.settlement.maxConcurrency),
      perError: c.pollersPerError,
    });
    const hotRate = (peakOrders * shop.hot.share) / shop.hot.products;
    this.#shards = Math.min(maxShards, shop.shards ?? shardCountFor(hotRate));
    this.#hidden = workerVisibilityTimeout(stage, 'settlement');
    const { hot, products, unitsPerProduct: units } = shop;
    this.#unitsLeft = { hot: hot.products * units, rest: Math.max(0, products - hot.products) * units };
  }

  /** Waiting messages, including those that wait for redelivery. */
  get open(): number {
    return this.backlog + this.#later.pending;
  }

  get concurrency(): number {
    return this.#pollers.concurrency;
  }

  step(messages: number, orders: number, others: number): Settled {
    const { seconds: step, now, stage, shop } = this.#world;
    const arrived = messages + this.#later.take(now);
    const fresh = messages > 0 ? orders / messages : 1;
    const batch = toBatch(stage.settlement, {
      ...{ backlog: this.backlog, arrived: arrived / step, concurrency: this.#pollers.concurrency },
    });
    const shards = this.#useOfShards(batch.size, fresh, arrived / step);
    const duration = this.#world.secondsOf('confirm', batch.size, shards.groups);
    const errorShare = thrownShare(this.#thrown, 'settlement', now);
    const load = { backlog: this.backlog, arrived, perConcurrency: batch.size / duration, errorShare };
    const tried = this.#pollers.step({ ...load, batch: batch.size }, step) + this.#pollers.failed;
    const asked = { invocations: tried / batch.size, seconds: duration, others, atRandom: false };
    // Batches without an environment stay in the queue.
    this.#served = this.pool.serve(asked);
    const taken = tried * this.#served;
    const invocations = taken / batch.size;
    receives('order-requests', arrived, taken, invocations, this.#world);
    const stuckShare = shards.stuck * shop.hot.share;
    const returned = 1 - (1 - stuckShare) * (1 - errorShare);
    const outcome = this.#settle(taken * fresh * (1 - returned), invocations, shards.groups);
    const redelivered = taken * (1 - (1 - returned) * outcome.share);
    this.#later.add(now + this.#hidden, redelivered);
    this.backlog = Math.max(0, this.backlog + arrived - taken);
    this.#observe(arrived, taken, batch.size / duration);
    const late = this.backlog > 0 ? 0 : batch.wait;
    return { processed: taken - redelivered, ...outcome, seconds: duration + late, stuck: returned };
  }

  #settle(orders: number, invocations: number, groups: number) {
    const { shop } = this.#world;
    const wanted = { hot: orders * shop.hot.share, rest: orders * (1 - shop.hot.share) };
    const hot = Math.min(wanted.hot, this.#unitsLeft.hot / shop.quantity);
    const rest = Math.min(wanted.rest, this.#unitsLeft.rest / shop.quantity);
    const rejected = Math.max(0, orders - hot - rest);
    // One attempt and one snapshot serve all orders of the hot product in a batch. The other orders are of different
    // products.
    const products = Math.min(wanted.hot - hot, invocations * shop.hot.products) + wanted.rest - rest;
    const share = Math.min(
      this.#world.useStores('confirm', hot + rest, groups * invocations),
      this.#world.useStores('reject', rejected, products),
    );
    this.#unitsLeft = {
      hot: Math.max(0, this.#unitsLeft.hot - hot * share * shop.quantity),
      rest: Math.max(0, this.#unitsLeft.rest - rest * share * shop.quantity),
    };
    this.#world.usage.logBytes += orders * this.#world.constants.logBytes;
    return { share, confirmed: (hot + rest) * share, rejected: rejected * share };
  }

  #useOfShards(batchSize: number, fresh: number, arrivedPerSecond: number) {
    const { shop, calibration, constants, tracker, now, seconds, budget } = this.#world;
    const soldOut = this.#unitsLeft.hot <= 0;
    const most =
      (this.#pollers.concurrency * this.#served * batchSize) / this.#world.secondsOf('confirm', batchSize, 1);
    const perSecond = Math.min(most, arrivedPerSecond + this.backlog / seconds);
    const hotOrdersPerBatch = soldOut ? 0 : (batchSize * fresh * shop.hot.share) / shop.hot.products;
    const { groupMax } = calibration;
    const { use, groups } = useOfShard(
      {
        batchesPerSecond: perSecond / batchSize,
        ...{ hotOrdersPerBatch, shards: this.#shards },
        groupMax: shop.limitPerCustomer === undefined ? groupMax.unlimited : groupMax.limited,
      },
      constants,
    );
    const stuck = use ** attempts;
    const limit = Math.sqrt(Math.sqrt(budget.throttledShare));
    const offered = perSecond * seconds * shop.hot.share;
    const refused = use > limit ? offered * stuck : 0;
    const reason = 'TransactionConflict';
    tracker.observe('settlement.shards', now, {
      unit: 'use of a row',
      demand: use,
      limit,
      offered,
      refused,
      reason,
      seconds,
    });
    return { groups: groups * shop.hot.products + batchSize * (1 - shop.hot.share), stuck };
  }

  #observe(arrived: number, taken: number, perConcurrency: number): void {
    const { now, seconds, tracker, stage, budget, constants } = this.#world;
    const rate = Math.max(taken, 1e-9) / seconds;
    this.waitSeconds = this.backlog / rate;
    const limit = Math.min(constants.pollersMax, stage.settlement.maxConcurrency);
    // More pollers are useless when the account refuses their batches.
    const isRefused = this.pool.refusedByAccount > 0;
    const isCapped = this.#pollers.concurrency >= limit * 0.999 && !isRefused;
    const late = this.backlog > 1 && this.waitSeconds > budget.queueWaitSeconds;
    this.#asked += (arrived / seconds / perConcurrency - this.#asked) * Math.min(1, seconds / averaged);
    if (this.backlog < 1 && this.#asked > this.busiest.asked)
      this.busiest = { asked: this.#asked, seconds: (this.#asked * seconds) / Math.max(arrived, 1e-9) };
    this.pool.isHeldUp = late && isRefused;
    const demand = Math.min(limit, isCapped && this.backlog > 1 ? limit : rate / perConcurrency);
    const seen = { unit: 'invocations', offered: arrived, refused: 0, seconds, count: this.#asked };
    tracker.observe('settlement', now, { ...seen, demand, limit, reason: 'queue grows', broken: late && isCapped });
    tracker.observe('settlement.pollers', now, {
      ...{
        ...seen,
        demand: late && !isCapped && !isRefused ? this.waitSeconds : 0,
        limit: budget.queueWaitSeconds,
        unit: 's of wait',
      },
      ...{ reason: this.#slowness(), broken: late && !isCapped && !isRefused },
    });
  }

  /** After the errors the pollers recover as they start. */
  #slowness(): string {
    const { now } = this.#world;
    return this.#thrown.some(({ worker, from }) => worker === 'settlement' && now >= from)
      ? slowedByErrors
      : 'pollers start slowly';
  }

  /** Runs the sweeper when it is due. `open` orders of all accepted ones are not final. */
  sweep(accepted: Curve, open: number): void {
    this.#world.useStores('sweep', this.#sweeps.readIn(this.#world.seconds));
    const again = this.#sweeps.begin(this.#world.now, this, accepted, open);
    if (again === undefined) return;
    this.#world.useStores('sweep', 1, 1);
    this.backlog += again;
  }
}
