import { useOfShard } from '../model/hot-shard.ts';
import { Delay } from '../model/queues/delay.ts';
import type { CloudWorld } from './cloud-world.ts';
import type { Instances } from './instances.ts';
import { WorkerQueue } from './worker-queue.ts';

/** The queue of order requests and its worker, which receives one order at a time. */
export class CloudSettlement {
  readonly #world: CloudWorld;
  readonly #queue: WorkerQueue;
  readonly #later = new Delay();
  /** Share of the messages of the last step that met an instance which had just started. */
  coldShare = 0;
  #unitsLeft: { hot: number; rest: number };

  constructor(world: CloudWorld) {
    this.#world = world;
    this.#queue = new WorkerQueue('settlement', world.rules);
    const { hot, products, unitsPerProduct: units } = world.shop;
    this.#unitsLeft = { hot: hot.products * units, rest: Math.max(0, products - hot.products) * units };
  }

  get backlog(): number {
    return this.#queue.backlog;
  }

  get waitSeconds(): number {
    return this.#queue.waitSeconds;
  }

  /** Enqueues the orders whose message the sweeper sent again. */
  resend(orders: number): void {
    this.#queue.backlog += orders;
  }

  get instances(): Instances {
    return this.#queue.instances;
  }

  step(messages: number, orders: number) {
    const { now, seconds, tracker, budget, rules, constants, shop } = this.#world;
    const arrived = messages + this.#later.take(now);
    const fresh = messages > 0 ? orders / messages : 1;
    const work = this.#world.workOf(this.#unitsLeft.hot > 0 ? 'confirm' : 'reject');
    const taken = this.#queue.step(arrived, work, { now, seconds, tracker, lateSeconds: budget.queueWaitSeconds });
    const { started, rule } = this.instances;
    this.coldShare = taken > 0 ? Math.min(1, (started * rule.atOnce) / taken) : 0;
    const stuck = this.#stuckShare(taken * fresh) * shop.hot.share;
    const outcome = this.#settle(taken * fresh * (1 - stuck));
    const redelivered = taken * (1 - (1 - stuck) * outcome.share);
    this.#later.add(now + rules.redeliverSeconds, redelivered);
    this.#world.bill('settlement', this.instances, { invocations: taken, ...work });
    this.#world.count('log.bytes', taken * (constants.logBytes + constants.invocationLogBytes));
    return { processed: taken - redelivered, ...outcome, seconds: work.seconds, stuck };
  }

  #settle(orders: number) {
    const { shop, meters, rules } = this.#world;
    const hot = Math.min(orders * shop.hot.share, this.#unitsLeft.hot / shop.quantity);
    const rest = Math.min(orders * (1 - shop.hot.share), this.#unitsLeft.rest / shop.quantity);
    const rejected = Math.max(0, orders - hot - rest);
    // Orders that an instance rejects at the same time share their snapshots.
    const groups = rejected / rules.services.settlement.atOnce;
    const share = Math.min(meters.use('confirm', hot + rest), meters.use('reject', rejected, groups));
    this.#unitsLeft = {
      hot: Math.max(0, this.#unitsLeft.hot - hot * share * shop.quantity),
      rest: Math.max(0, this.#unitsLeft.rest - rest * share * shop.quantity),
    };
    return { share, confirmed: (hot + rest) * share, rejected: rejected * share };
  }

  /** Share of the hot product's orders that conflict at each of their attempts. */
  #stuckShare(orders: number): number {
    const { shop, shards, rules, tracker, now, seconds, budget } = this.#world;
    const { holdSeconds, attempts } = rules.stock;
    const hot = this.#unitsLeft.hot > 0 ? (orders * shop.hot.share) / shop.hot.products : 0;
    const load = { batchesPerSecond: hot / seconds, hotOrdersPerBatch: hot > 0 ? 1 : 0, shards, groupMax: 1 };
    const constants = { transactionSeconds: holdSeconds, transactionItemSeconds: 0 };
    const { use } = useOfShard(load, constants);
    const stuck = use ** attempts;
    const limit = budget.throttledShare ** (1 / attempts);
    tracker.observe('settlement.shards', now, {
      ...{ unit: 'use of a row', demand: use, limit, offered: hot, refused: use > limit ? hot * stuck : 0, seconds },
      reason: 'condition of the stock row fails',
    });
    return stuck;
  }
}
