import { ordersAtOnce } from '../../../functions/fulfilment/limits.ts';
import { workerVisibilityTimeout } from '../../../stacks/model/stages/stage-settings.ts';
import { type Faults, thrownShare } from './faults.ts';
import { FunctionPool } from './functions/function-pool.ts';
import { PartnerBreaker } from './partner-breaker.ts';
import { Delay } from './queues/delay.ts';
import { Pollers } from './queues/pollers.ts';
import { receives, toBatch } from './queues/queue-batches.ts';
import type { World } from './world.ts';

/** Seconds. A postponement is as long as the order's previous wait, at most this. On average it is half of that. */
const longestPostpone = 60;
/** Averaging time, in seconds. */
const averaged = 10;

/** The queue of fulfilment requests, its worker and the partner. */
export class Fulfilment {
  readonly pool: FunctionPool;
  backlog = 0;
  readonly #world: World;
  readonly #pollers: Pollers;
  readonly #partner: PartnerBreaker;
  readonly #held = new Delay();
  readonly #later = new Delay();
  readonly #thrown: Faults['thrown'];
  #downSince: number | null = null;
  /** Average number of concurrent invocations that the arrivals need. */
  #asked = 0;

  constructor(world: World, startsAt: number, { outages, thrown }: Faults) {
    const { constants: c, stage } = world;
    this.#world = world;
    this.#thrown = thrown;
    this.pool = new FunctionPool('fulfilment', world, startsAt);
    this.#partner = new PartnerBreaker(stage, outages, c.failedCallSeconds);
    this.#pollers = new Pollers({
      start: c.pollersAtStart,
      perMinute: c.pollersPerMinute,
      max: Math.min(c.pollersMax, stage.fulfilment.maxConcurrency),
      perError: c.pollersPerError,
    });
  }

  /** Orders in the queue, held back or postponed. */
  get open(): number {
    return this.backlog + this.#held.pending + this.#later.pending;
  }

  /** Holds confirmed orders until the customer can no longer cancel. They then reach the queue. */
  hold(orders: number, lagSeconds: number): void {
    const { now, stage, constants } = this.#world;
    this.#held.add(now + lagSeconds + constants.busSeconds + stage.fulfilment.cancellableSeconds, orders);
  }

  /** @returns orders due, and orders fulfilled */
  step(others: number): { due: number; fulfilled: number } {
    const { now, seconds, stage } = this.#world;
    const due = this.#held.take(now);
    const arrived = due + this.#later.take(now);
    const gate = arrived + this.backlog > 0 ? this.#partner.pass(now) : 'open to calls';
    const { size } = toBatch(stage.fulfilment, {
      ...{ backlog: this.backlog, arrived: arrived / seconds, concurrency: this.#pollers.concurrency },
    });
    const duration = this.#secondsOfBatch(size, gate);
    const errorShare = thrownShare(this.#thrown, 'fulfilment', now);
    const load = { backlog: this.backlog, arrived, perConcurrency: size / duration, errorShare, batch: size };
    const tried = this.#pollers.step(load, seconds) + this.#pollers.failed;
    // Batches without an environment stay in the queue.
    const taken = tried * this.pool.serve({ invocations: tried / size, seconds: duration, others, atRandom: false });
    receives('fulfilment-requests', arrived, taken, taken / size, this.#world);
    this.backlog = Math.max(0, this.backlog + arrived - taken);
    this.#later.add(now + workerVisibilityTimeout(stage, 'fulfilment'), taken * errorShare);
    const fulfilled = this.#handOver(taken * (1 - errorShare), gate);
    this.#observe(arrived, taken, size / duration);
    return { due, fulfilled };
  }

  #secondsOfBatch(size: number, gate: string): number {
    const { constants } = this.#world;
    const rounds = Math.ceil(size / ordersAtOnce);
    if (gate === 'fails') return rounds * constants.failedCallSeconds;
    return rounds * this.#world.secondsOf(gate === 'refuses' ? 'fulfilUnanswered' : 'fulfil', ordersAtOnce, 0);
  }

  #handOver(taken: number, gate: string): number {
    const { now, usage, constants } = this.#world;
    usage.logBytes += taken * constants.logBytes;
    if (gate === 'open to calls') {
      this.#downSince = null;
      const share = this.#world.useStores('fulfil', taken);
      this.#later.add(now + workerVisibilityTimeout(this.#world.stage, 'fulfilment'), taken * (1 - share));
      return taken * share;
    }
    this.#downSince ??= now;
    this.#world.useStores('fulfilUnanswered', taken);
    this.#later.add(now + 1 + Math.min(longestPostpone, Math.max(1, now - this.#downSince)) / 2, taken);
    return 0;
  }

  #observe(arrived: number, taken: number, perConcurrency: number): void {
    const { now, seconds, tracker, stage, budget } = this.#world;
    const limit = stage.fulfilment.maxConcurrency;
    const rate = Math.max(taken, 1e-9) / seconds;
    const wait = this.backlog / rate;
    const isRefused = this.pool.refusedByAccount > 0;
    const capped = this.#pollers.concurrency >= limit * 0.999 && this.backlog > 1 && !isRefused;
    this.#asked += (arrived / seconds / perConcurrency - this.#asked) * Math.min(1, seconds / averaged);
    const demand = Math.min(limit, capped ? limit : rate / perConcurrency);
    // No customer waits for this step on screen, so only the budget for the whole process limits it.
    const late =
      budget.p99FulfilSeconds !== undefined && wait > budget.p99FulfilSeconds - stage.fulfilment.cancellableSeconds;
    this.pool.isHeldUp = late && isRefused;
    const seen = { unit: 'invocations', demand, limit, offered: arrived, refused: 0, seconds, count: this.#asked };
    tracker.observe('fulfilment', now, { ...seen, reason: 'queue grows', broken: capped && late });
    const down = this.#partner.isDown(now) && arrived + this.backlog > 0;
    const partner = {
      unit: 'down',
      demand: down ? 1 : 0,
      limit: 1,
      offered: arrived,
      refused: 0,
      reason: 'breaker open',
      seconds,
    };
    if (down) tracker.observe('partner', now, { ...partner, broken: true });
  }
}
