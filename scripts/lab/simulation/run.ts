import type { OrderEvent } from '../../../functions/contracts/order-event.ts';
import { countEvent } from '../../../functions/projection/count-event.ts';
import { putProduct } from '../../../functions/stock/put-product.ts';
import { restock } from '../../../functions/stock/restock.ts';
import type { DeadLetterStep } from '../../sale/check/dead-letter.ts';
import { checkInvariants } from '../../sale/check/invariants.ts';
import type { Snapshot } from '../../sale/check/snapshot.ts';
import { Clients, type RuntimePorts } from './clients.ts';
import { simulateFulfilment } from './fulfilment.ts';
import type { Plan } from './plan.ts';
import type { Platform, Ports, World } from './platform.ts';
import { loadPlatform } from './platforms.ts';
import type { Protocol } from './protocols.ts';
import { simulatedRuntime } from './runtime.ts';
import { Sweeper } from './sweeper.ts';
import { projectBatch, settleBatch } from './workers.ts';
import { Calls } from './world/calls.ts';
import type { Outcome, Violation } from './world/outcome.ts';
import { Queue } from './world/queue.ts';
import { Scheduler } from './world/scheduler.ts';
import { Stream } from './world/stream.ts';
import { Witness } from './world/witness.ts';

const queueRules = { work: 'settle', hideMs: 30_000, maxReceives: 5, batch: 5, twice: 0.1, forget: 0.03 };
/** Stores refuse writes here, and no sweep follows. */
const checkOptions = { unlistedBySweeps: true };
const redriveRounds = 20;
/** Runs of the cloud's timer during the sale. */
const timerRuns = 8;
const timerMs = 15_000;

/** Runs one sale from its plan to the last message, then checks the invariants. */
export async function simulate(plan: Plan, protocol: Protocol, { trace = false } = {}): Promise<Outcome> {
  const sale = new Sale(plan, await loadPlatform(protocol), trace);
  return sale.play();
}

class Sale {
  readonly #plan: Plan;
  readonly #scheduler: Scheduler;
  readonly #calls: Calls;
  readonly #witness = new Witness();
  readonly #published = new Set<string>();
  readonly #bus: OrderEvent[] = [];
  readonly #buried: string[] = [];
  readonly #queue: Queue;
  readonly #stream: Stream<unknown>;
  readonly #sweeper: Sweeper | undefined;
  readonly #fulfilment: ReturnType<typeof simulateFulfilment> | undefined;
  readonly #platform: Platform;
  readonly #ports: Ports & RuntimePorts;
  readonly #clients: Clients;

  constructor(plan: Plan, makePlatform: (world: World) => Platform, trace: boolean) {
    const scheduler = new Scheduler(plan.seed, { trace });
    const runtime = simulatedRuntime(scheduler);
    const { partner } = plan;
    this.#plan = plan;
    this.#scheduler = scheduler;
    this.#calls = new Calls(scheduler, plan.faults);
    this.#queue = new Queue(scheduler, queueRules, (messages) => settleBatch(messages, this.#platform, runtime));
    this.#stream = new Stream<unknown>(scheduler, (records) => projectBatch(records, this.#platform, runtime));
    this.#sweeper = plan.sweeper && new Sweeper(scheduler, plan.sweeper, () => this.#platform, runtime);
    this.#fulfilment = partner && simulateFulfilment({ ...plan, partner }, this.#calls, runtime, () => this.#platform);
    this.#platform = makePlatform(this.#buildWorld());
    this.#ports = { ...this.#platform.ports, ...runtime };
    this.#clients = new Clients(scheduler, this.#ports);
  }

  async play(): Promise<Outcome> {
    this.#calls.stopFaults();
    this.#start('shop', () => this.#openShop());
    const livelock = await this.#scheduler.run().then(
      () => undefined,
      (error: Error) => error,
    );
    this.#calls.stopFaults();
    if (!livelock) await this.#settleRest();
    return this.#judge(livelock);
  }

  #buildWorld(): World {
    const [sweeper, fulfilment] = [this.#sweeper, this.#fulfilment];
    return {
      calls: this.#calls,
      witness: this.#witness,
      enqueue: (body) => sweeper?.loses() || this.#queue.send(body),
      ...(fulfilment && { postpone: (body, delayMs) => sweeper?.loses() || fulfilment.queue.send(body, delayMs) }),
      bury: (body, reason) => {
        if (fulfilment && reason === 'PARTNER_UNREACHABLE') fulfilment.queue.bury(body);
        else this.#buried.push(body);
      },
      published: (event) => {
        this.#bus.push(event);
        this.#published.add(`${event.order.orderId} ${event.order.version}`);
        if (event.type === 'OrderConfirmed' && !sweeper?.loses()) fulfilment?.queue.send(JSON.stringify(event));
      },
      changed: (item, image) => this.#stream.push(item, image),
      noted: (text) => sweeper?.noted(text),
    };
  }

  async #openShop(): Promise<void> {
    const plan = this.#plan;
    for (const { sku, shards, units } of plan.products) {
      const body = { name: sku, unitPrice: 1_999, currency: 'EUR' as const, peakOrdersPerSecond: shards * 100 };
      await putProduct(sku, body, undefined, this.#ports);
      const supply = { sku, key: 'first-supply', quantity: units };
      this.#clients.record.restocks.push(supply);
      if (units > 0) await restock(supply, this.#ports);
    }
    this.#calls.resumeFaults();
    if (this.#platform.sweep) {
      for (let run = 0; run < timerRuns; run++) this.#start(`timer-${run}`, () => this.#sweep(), run * timerMs);
    }
    this.#sweeper?.start();
    for (const order of plan.orders) this.#clients.order(order);
    for (const supply of plan.restocks) this.#clients.restock(supply);
    for (const change of plan.changes) this.#clients.changeProduct(change);
    for (const { body, atMs } of plan.poison) this.#scheduler.after(atMs, undefined, () => this.#queue.send(body));
  }

  async #sweep(): Promise<void> {
    const publish = async (event: OrderEvent) => {
      await countEvent(event, this.#ports);
      const refused = await this.#ports.bus.publish([event]);
      if (refused.length > 0) throw new Error('the bus refused the event');
    };
    for (const { sku } of this.#plan.products) await this.#platform.sweep?.(sku, publish);
  }

  /** Traces failures only: the next timer finishes the work. */
  #start(name: string, work: () => Promise<void>, atMs = 0): void {
    const scheduler = this.#scheduler;
    scheduler.after(
      atMs,
      scheduler.process(name),
      () => void work().catch((error) => scheduler.trace(name, String(error.name))),
    );
  }

  /** Final sweeps, then redrives until the queues stay empty. */
  async #settleRest(): Promise<void> {
    if (this.#sweeper) {
      // Before the redrives: messages it enqueues may end as dead letters.
      this.#sweeper.last();
      await this.#scheduler.run();
    }
    const isPoison = (body: string) => this.#plan.poison.some((poison) => poison.body === body);
    for (let round = 0; round < redriveRounds; round++) {
      this.#start(`sweep-${round}`, () => this.#sweep());
      const redriven = this.#queue.redrive(isPoison) + (this.#fulfilment?.queue.redrive(() => false) ?? 0);
      await this.#scheduler.run();
      if (redriven === 0) break;
    }
  }

  #readSnapshot(): Snapshot {
    const letters = (step: DeadLetterStep, bodies: readonly string[]) => bodies.map((body) => ({ step, body }));
    const bodiesIn = (queue: Queue | undefined) => (queue?.dead ?? []).map(({ body }) => body);
    const deadLetters = [
      ...letters('settlement', [...this.#buried, ...bodiesIn(this.#queue)]),
      ...letters('fulfilment', bodiesIn(this.#fulfilment?.queue)),
    ];
    return {
      ...this.#platform.snapshot(),
      ...{ deadLetters, lowest: this.#witness.lowest, published: this.#bus },
      ...(this.#fulfilment && { book: this.#fulfilment.book() }),
    };
  }

  #judge(livelock: Error | undefined): Outcome {
    const read = attempt(() => this.#readSnapshot());
    const verdicts = 'error' in read ? [] : checkInvariants(read.value, this.#clients.record, checkOptions);
    const violations: Violation[] = verdicts.flatMap(({ id, violations: texts }) =>
      texts.map((text) => ({ invariant: id, text })),
    );
    violations.push(...this.#witness.oversold.map((text) => ({ invariant: 'I1', text })));
    if (livelock) violations.push({ invariant: 'I3', text: livelock.message });
    if ('error' in read) violations.push({ invariant: 'I4', text: `a row breaks its schema: ${read.error.message}` });
    else violations.push(...this.#findExtraViolations(read.value));
    return {
      violations,
      hash: this.#scheduler.hash >>> 0,
      orders: 'error' in read ? 0 : read.value.orders.length,
      checked: {
        ...Object.fromEntries(verdicts.map(({ id, checked }) => [id, checked])),
        ...this.#fulfilment?.counted(),
        ...(this.#sweeper && { OrdersSwept: this.#sweeper.swept }),
      },
      injected: this.#calls.injected,
      lines: this.#scheduler.lines ?? [],
    };
  }

  #findExtraViolations(snapshot: Snapshot): Violation[] {
    return [
      ...findUnpublished(snapshot, this.#published),
      ...findResharded(snapshot, this.#plan),
      ...(this.#sweeper?.violations(snapshot.orders) ?? []),
    ];
  }
}

function attempt<Value>(read: () => Value): { value: Value } | { error: Error } {
  try {
    return { value: read() };
  } catch (error) {
    return { error: error as Error };
  }
}

/** Orders keep the shard count of their acceptance, so it must never change. */
function findResharded({ products }: Snapshot, plan: Plan): Violation[] {
  return plan.products.flatMap(({ sku, shards }) => {
    const now = products.find((product) => product.sku === sku)?.shardCount;
    return now === shards ? [] : [{ invariant: 'I4', text: `${sku} had ${shards} shards and now has ${now}` }];
  });
}

function findUnpublished({ events }: Snapshot, published: ReadonlySet<string>): Violation[] {
  return events
    .filter(({ order }) => !published.has(`${order.orderId} ${order.version}`))
    .map(({ order }) => ({
      invariant: 'I3',
      text: `event ${order.version} of ${order.orderId} never reached the bus`,
    }));
}
