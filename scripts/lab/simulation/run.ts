import type { OrderEvent } from '../../../functions/contracts/order-event.ts';
import type { Counter } from '../../../functions/ports/runtime.ts';
import { countEvent } from '../../../functions/projection/count-event.ts';
import { putProduct } from '../../../functions/stock/put-product.ts';
import { restock } from '../../../functions/stock/restock.ts';
import { type DeadLetterStep, parseReason } from '../../sale/check/dead-letter.ts';
import { checkInvariants } from '../../sale/check/invariants.ts';
import type { Snapshot } from '../../sale/check/snapshot.ts';
import { Clients } from './clients/clients.ts';
import { Deadlines } from './deadlines.ts';
import { findResharded, findSwallowed, findUnpublished } from './findings.ts';
import { simulateFulfilment } from './fulfilment.ts';
import { agentEnvelope, Operator } from './operator/operator.ts';
import type { OperatorPlan, Plan } from './plan.ts';
import type { Platform, Ports, World } from './platform.ts';
import { loadPlatform, loadServices } from './platforms.ts';
import type { Protocol } from './protocols.ts';
import { Refusals } from './refusals.ts';
import { attempt } from './runs/attempt.ts';
import { type RuntimePorts, simulatedRuntime } from './runtime.ts';
import { buildWorld, type Written } from './sale-world.ts';
import type { ServiceParts, Services } from './services.ts';
import { Sweeper, wrongByMs } from './sweeper.ts';
import { Calls } from './world/calls.ts';
import type { Outcome, Report, Violation } from './world/outcome.ts';
import { Queue } from './world/queue.ts';
import { hashText } from './world/random.ts';
import { Scheduler } from './world/scheduler.ts';
import { Stream } from './world/stream.ts';
import { Witness } from './world/witness.ts';

const queueRules = { work: 'settle', hideMs: 30_000, maxReceives: 5, twice: 0.1, forget: 0.03 };
/** Stores reject some writes here, and no sweep follows to remove final orders from the index of open orders. */
const checkOptions = { unlistedBySweeps: true };
const redriveRounds = 20;
/** Runs of the cloud's timer: during the sale and, with a partner, until the faults are over. */
const timer = { runs: 8, everyMs: 15_000, laterMs: [150_000, 200_000, 250_000, 300_000] };

/** Runs one sale from its plan to the last message, then checks the invariants. */
export async function simulate(plan: Plan, protocol: Protocol, { trace = false } = {}): Promise<Outcome> {
  const cloud = { makePlatform: await loadPlatform(protocol), makeServices: await loadServices(protocol, plan) };
  return new Sale(plan, cloud, trace).play();
}

interface Cloud {
  readonly makePlatform: (world: World) => Platform;
  readonly makeServices: (parts: ServiceParts) => Services;
}

class Sale {
  readonly #plan: Plan;
  readonly #scheduler: Scheduler;
  readonly #calls: Calls;
  readonly #witness: Witness;
  readonly #deadlines: Deadlines;
  readonly #written: Written = { published: new Set(), bus: [], buried: [] };
  readonly #violations: Violation[] = [];
  readonly #queue: Queue;
  readonly #stream: Stream<unknown>;
  readonly #sweeper: Sweeper | undefined;
  readonly #fulfilment: ReturnType<typeof simulateFulfilment> | undefined;
  readonly #operator: Operator | undefined;
  readonly #platform: Platform;
  readonly #ports: Ports & RuntimePorts;
  readonly #services: Services;
  readonly #clients: Clients;
  readonly #counts = new Map<Counter, number>();

  constructor(plan: Plan, { makePlatform, makeServices }: Cloud, trace: boolean) {
    const scheduler = new Scheduler(plan.seed, { trace, rightClocks: plan.rightClocks });
    const runtime = simulatedRuntime(scheduler);
    const { partner, orderBatches, operator } = plan;
    const { size: batch, windowMs } = orderBatches;
    const report = (invariant: string, text: string) => void this.#violations.push({ invariant, text });
    this.#plan = plan;
    this.#scheduler = scheduler;
    this.#calls = new Calls(scheduler, plan.faults);
    this.#witness = new Witness(() => scheduler.now);
    this.#deadlines = new Deadlines(plan, this.#witness);
    const envelope = operator && agentEnvelope;
    const maxReceives = operator?.maxReceives ?? queueRules.maxReceives;
    const rules = { ...queueRules, batch, windowMs, maxReceives, envelope };
    this.#queue = new Queue(scheduler, rules, (messages) => this.#services.settle(messages));
    this.#stream = new Stream<unknown>(scheduler, (records) => this.#services.project(records), plan.eventBatches);
    this.#sweeper = plan.sweeper && new Sweeper(scheduler, plan, plan.sweeper, async () => this.#services.sweep?.());
    this.#fulfilment =
      partner &&
      simulateFulfilment({
        ...{ seed: plan.seed, plan: partner, calls: this.#calls, counts: this.#counts, envelope },
        fulfil: (messages) => this.#services.fulfil?.(messages) ?? Promise.resolve(new Set()),
      });
    this.#operator = operator && this.#buildOperator(operator, report);
    const refusals = new Refusals(scheduler, report);
    const world = buildWorld({
      ...{ calls: this.#calls, witness: this.#witness, refusals, queue: this.#queue, stream: this.#stream, report },
      ...{ sweeper: this.#sweeper, fulfilment: this.#fulfilment, operator: this.#operator, written: this.#written },
      giveUpMs: plan.rightClocks ? partner?.giveUpMs : undefined,
    });
    this.#platform = makePlatform(world);
    this.#ports = { ...this.#platform.ports, ...runtime };
    const services = makeServices({
      ...{ platform: this.#platform, world, runtime, scheduler, report },
      ...{ counts: this.#counts, partner, sweeper: plan.sweeper },
    });
    this.#services = refusals.judge(services, this.#platform);
    this.#clients = new Clients(scheduler, this.#services, report, this.#operator?.sales);
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
    const read = attempt(() => this.#readSnapshot());
    if (!livelock && !('error' in read)) await this.#readOnceMore(read.value);
    return this.#judge(livelock, read);
  }

  #buildOperator(plan: OperatorPlan, report: Report): Operator {
    return new Operator(plan, {
      ...{ calls: this.#calls, platform: () => this.#platform, clients: () => this.#clients, report },
      queues: () => ({ settlement: this.#queue, fulfilment: this.#fulfilment?.queue ?? this.#queue }),
      onSent: (body) => this.#deadlines.beginAgain(body, this.#scheduler.now),
    });
  }

  async #openShop(): Promise<void> {
    const plan = this.#plan;
    for (const { sku, shards, units, limitPerCustomer } of plan.products) {
      const details = { name: sku, unitPrice: 1_999, currency: 'EUR' as const, limitPerCustomer };
      const body = { ...details, peakOrdersPerSecond: shards * 100 };
      const { product } = await putProduct(sku, body, undefined, this.#ports);
      this.#clients.products.created(product);
      const supply = { sku, key: 'first-supply', quantity: units };
      this.#clients.products.sent(supply);
      if (units > 0) await restock(supply, this.#ports);
    }
    this.#start('opening', async () => this.#openSale(), this.#platform.lags.productLagMs);
  }

  #openSale(): void {
    const plan = this.#plan;
    this.#calls.resumeFaults();
    this.#clients.open();
    if (this.#platform.sweep) {
      const early = Array.from({ length: timer.runs }, (_, run) => run * timer.everyMs);
      for (const [run, atMs] of [...early, ...(plan.partner ? timer.laterMs : [])].entries())
        this.#start(`timer-${run}`, () => this.#sweep(), atMs);
    }
    this.#sweeper?.start();
    this.#operator?.start();
    for (const order of plan.orders) this.#clients.order(order);
    for (const supply of plan.restocks) this.#clients.restock(supply);
    for (const change of plan.changes) this.#clients.changeProduct(change);
    for (const list of plan.lists) {
      this.#clients.listOrders(list);
      this.#clients.listProducts({ ...list, name: `${list.name}-products` });
      this.#clients.readStock('lamp', `${list.name}-stock`, list.atMs);
    }
    const send: Readonly<Partial<Record<DeadLetterStep, (body: string) => unknown>>> = {
      settlement: (body) => this.#queue.send(body),
      projection: (body) => this.#services.sendEvent?.(body),
      fulfilment: (body) => this.#fulfilment?.queue.send(body),
    };
    for (const { step, body, atMs } of plan.poison) this.#scheduler.after(atMs, undefined, () => send[step]?.(body));
  }

  async #sweep(): Promise<void> {
    if (this.#services.relay) return this.#services.relay();
    const publish = async (event: OrderEvent) => {
      await countEvent(event, this.#ports);
      const refused = await this.#ports.bus.publish([event]);
      if (refused.length > 0) throw new Error('the bus refused the event');
    };
    for (const { sku } of this.#plan.products) await this.#platform.sweep?.(sku, publish);
  }

  /** Traces failures only, because the next timer finishes the work. */
  #start(name: string, work: () => Promise<void>, atMs = 0): void {
    const scheduler = this.#scheduler;
    scheduler.after(
      atMs,
      scheduler.process(name),
      () => void work().catch((error) => scheduler.trace(name, String(error.name))),
    );
  }

  /** Runs final sweeps, then redrives until the queues stay empty. */
  async #settleRest(): Promise<void> {
    if (this.#sweeper) {
      // Before the redrives, because messages that it enqueues may end as dead letters.
      this.#sweeper.last();
      await this.#scheduler.run();
    }
    const isPoison = (body: string) => this.#plan.poison.some((poison) => poison.body === body);
    if (this.#operator) return this.#operator.finish(isPoison);
    for (let round = 0; round < redriveRounds; round++) {
      this.#start(`sweep-${round}`, () => this.#sweep(), this.#services.relay && 2 * wrongByMs + timer.everyMs);
      const redriven = [...this.#queue.redrive(isPoison), ...(this.#fulfilment?.queue.redrive(isPoison) ?? [])];
      for (const body of redriven) this.#deadlines.beginAgain(body, this.#scheduler.now);
      await this.#scheduler.run();
      if (redriven.length === 0) return;
    }
    this.#violations.push({ invariant: 'redrive', text: `letters still return after ${redriveRounds} redrives` });
  }

  /** Everything is quiet, and even eventually consistent reads are up to date. */
  async #readOnceMore(quiet: Snapshot): Promise<void> {
    const { products, orders } = this.#plan;
    const atMs = Math.max(this.#platform.lags.listLagMs, this.#platform.lags.productLagMs);
    const limit = Math.ceil(orders.length / 8);
    for (const customer of new Set(orders.map((order) => order.customer)))
      this.#clients.listOrders({ name: `last-list-${customer}`, customer, limit, atMs }, quiet);
    this.#clients.listProducts({ name: 'last-products', limit: Math.ceil(products.length / 2), atMs });
    for (const { sku } of products.slice(0, 2)) this.#clients.readStock(sku, `last-stock-${sku}`, atMs, quiet);
    await this.#scheduler.run();
    this.#clients.orders.judge(quiet.orders);
    this.#clients.products.judge(quiet);
  }

  #readSnapshot(): Snapshot {
    const lettersIn = (step: DeadLetterStep, queue: Queue | undefined) =>
      (queue?.dead ?? []).map(({ body, envelope: { attributes } }) => ({
        ...{ step, body },
        noted: parseReason(attributes?.reason?.value),
      }));
    const deadLetters = [
      ...this.#written.buried,
      ...lettersIn('settlement', this.#queue),
      ...lettersIn('fulfilment', this.#fulfilment?.queue),
    ];
    return {
      ...this.#platform.snapshot(),
      ...{ deadLetters, lowest: this.#witness.lowest, highest: this.#witness.highest },
      ...(!this.#services.busTypes && { published: this.#written.bus }),
      ...this.#fulfilment?.book(),
    };
  }

  #judge(livelock: Error | undefined, read: { value: Snapshot } | { error: Error }): Outcome {
    const verdicts = 'error' in read ? [] : checkInvariants(read.value, this.#clients.record, checkOptions);
    const violations: Violation[] = verdicts.flatMap(({ id, violations: texts }) =>
      texts.map((text) => ({ invariant: id, text })),
    );
    violations.push(...this.#witness.oversold.map((text) => ({ invariant: 'I1', text })));
    if (livelock) violations.push({ invariant: 'livelock', text: livelock.message });
    if ('error' in read)
      violations.push({ invariant: 'schema', text: `a row breaks its schema: ${read.error.message}` });
    else violations.push(...this.#findExtraViolations(read.value));
    return {
      violations,
      hash: this.#hashAll(),
      orders: 'error' in read ? 0 : read.value.orders.length,
      checked: {
        ...Object.fromEntries(verdicts.map(({ id, checked }) => [id, checked])),
        ...this.#fulfilment?.counted(),
        ...this.#operator?.counted(),
      },
      injected: this.#calls.injected,
      lines: this.#scheduler.lines ?? [],
    };
  }

  /** Covers every step, and all data at the end of the run. */
  #hashAll(): number {
    const dead = [...this.#queue.dead, ...(this.#fulfilment?.queue.dead ?? [])].map(({ body }) => body);
    const data = [
      this.#platform.dump(),
      this.#written.buried,
      dead,
      [...this.#written.published],
      this.#clients.record,
    ];
    return hashText(JSON.stringify(data), this.#scheduler.hash) >>> 0;
  }

  #findExtraViolations(snapshot: Snapshot): Violation[] {
    return [
      ...this.#violations,
      ...this.#calls.refused.map((text) => ({ invariant: 'limit', text })),
      ...this.#deadlines.violations(this.#calls.lastFaultMs, snapshot.events, this.#platform.lags.postponedLagMs),
      ...this.#clients.findForeignTraces(snapshot, this.#sweeper?.traces).map((text) => ({ invariant: 'trace', text })),
      ...findUnpublished(snapshot, this.#written.published, this.#services.busTypes),
      ...findResharded(snapshot, this.#plan),
      ...findSwallowed(snapshot, this.#plan, this.#services.sendEvent !== undefined),
      ...(this.#sweeper?.violations(snapshot.orders) ?? []),
    ];
  }
}
