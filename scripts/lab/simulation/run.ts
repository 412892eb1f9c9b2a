import type { OrderEvent } from '../../../functions/contracts/order-event.ts';
import { countEvent } from '../../../functions/projection/count-event.ts';
import { putProduct } from '../../../functions/stock/put-product.ts';
import { restock } from '../../../functions/stock/restock.ts';
import { checkInvariants } from '../../sale/check/invariants.ts';
import type { Snapshot } from '../../sale/check/snapshot.ts';
import { Calls } from './calls.ts';
import { Clients } from './clients.ts';
import { fulfilmentOf } from './fulfilment.ts';
import type { Outcome, Violation } from './outcome.ts';
import type { Plan } from './plan.ts';
import type { Platform } from './platform.ts';
import { loadPlatform } from './platforms.ts';
import type { Protocol } from './protocols.ts';
import { Queue } from './queue.ts';
import { runtimeOf } from './runtime.ts';
import { Scheduler } from './scheduler.ts';
import { Stream } from './stream.ts';
import { Sweeper } from './sweeper.ts';
import { Witness } from './witness.ts';
import { projectBatch, settleBatch } from './workers.ts';

const queueRules = { work: 'settle', hideMs: 30_000, maxReceives: 5, batch: 5, twice: 0.1, forget: 0.03 };
const redrives = 20;
/** How often a cloud's timer comes by during the sale. */
const timers = 8;
const timerMs = 15_000;

/** One sale from its plan to the last message, and what the invariants say to it. */
export async function simulate(plan: Plan, protocol: Protocol, { trace = false } = {}): Promise<Outcome> {
  const makePlatform = await loadPlatform(protocol);
  const scheduler = new Scheduler(plan.seed, { trace });
  const calls = new Calls(scheduler, plan.faults);
  const witness = new Witness();
  const runtime = runtimeOf(scheduler);
  const published = new Set<string>();
  const buried: string[] = [];
  const queue = new Queue(scheduler, queueRules, (messages) => settleBatch(messages, platform, runtime));
  const stream = new Stream<unknown>(scheduler, (records) => projectBatch(records, platform, runtime));
  const { partner } = plan;
  const sweeper = plan.sweeper && new Sweeper(scheduler, plan.sweeper, () => platform, runtime);
  const fulfilment = partner && fulfilmentOf({ ...plan, partner }, calls, runtime, () => platform);
  const platform: Platform = makePlatform({
    calls,
    witness,
    enqueue: (body) => sweeper?.loses() || queue.send(body),
    ...(fulfilment && { postpone: (body, delayMs) => sweeper?.loses() || fulfilment.queue.send(body, delayMs) }),
    bury(body, reason) {
      if (fulfilment && reason === 'PARTNER_UNREACHABLE') fulfilment.queue.bury(body);
      else buried.push(body);
    },
    published(event) {
      published.add(`${event.order.orderId} ${event.order.version}`);
      if (event.type === 'OrderConfirmed' && !sweeper?.loses()) fulfilment?.queue.send(JSON.stringify(event));
    },
    changed: (item, image) => stream.push(item, image),
    noted: (text) => sweeper?.noted(text),
  });
  const ports = { ...platform.ports, ...runtime };
  const clients = new Clients(scheduler, ports);

  async function openShop(): Promise<void> {
    for (const { sku, shards, units } of plan.products) {
      const body = { name: sku, unitPrice: 1_999, currency: 'EUR' as const, peakOrdersPerSecond: shards * 100 };
      await putProduct(sku, body, undefined, ports);
      if (units > 0) await restock({ sku, key: 'first-supply', quantity: units }, ports);
    }
    calls.resumeFaults();
    if (platform.sweep) for (let timer = 0; timer < timers; timer++) start(`timer-${timer}`, sweep, timer * timerMs);
    sweeper?.start();
    for (const order of plan.orders) clients.order(order);
    for (const supply of plan.restocks) clients.restock(supply);
    for (const change of plan.changes) clients.changeProduct(change);
    for (const { body, atMs } of plan.poison) scheduler.after(atMs, undefined, () => queue.send(body));
  }

  async function sweep(): Promise<void> {
    const hand = async (event: OrderEvent) => {
      await countEvent(event, ports);
      const refused = await ports.bus.publish([event]);
      if (refused.length > 0) throw new Error('the bus refused the event');
    };
    for (const { sku } of plan.products) await platform.sweep?.(sku, hand);
  }

  function start(name: string, work: () => Promise<void>, atMs = 0): void {
    // What a timer leaves undone, the next one does.
    scheduler.after(
      atMs,
      scheduler.process(name),
      () => void work().catch((error) => scheduler.trace(name, String(error.name))),
    );
  }

  calls.stopFaults();
  start('shop', openShop);
  const isPoison = (body: string) => plan.poison.some((poison) => poison.body === body);
  const livelock = await scheduler.run().then(
    () => undefined,
    (error: Error) => error,
  );
  calls.stopFaults();
  if (sweeper && !livelock) {
    // What it asks for may end among the dead letters: before these are put back.
    sweeper.last();
    await scheduler.run();
  }
  for (let round = 0; !livelock && round < redrives; round++) {
    start(`sweep-${round}`, sweep);
    const again = queue.redrive(isPoison) + (fulfilment?.queue.redrive(() => false) ?? 0);
    await scheduler.run();
    if (again === 0) break;
  }
  const deadLetters = [...buried, ...[...queue.dead, ...(fulfilment?.queue.dead ?? [])].map(({ body }) => body)];
  const read = outcomeOf(
    (): Snapshot => ({
      ...platform.snapshot(),
      ...{ deadLetters, lowest: witness.lowest },
      ...(fulfilment && { book: fulfilment.book() }),
    }),
  );
  const verdicts = 'error' in read ? [] : checkInvariants(read.value, clients.record);
  const violations: Violation[] = verdicts.flatMap((verdict) =>
    verdict.violations.map((text) => ({ invariant: verdict.id, text })),
  );
  violations.push(...witness.oversold.map((text) => ({ invariant: 'I1', text })));
  if (livelock) violations.push({ invariant: 'I3', text: livelock.message });
  if ('error' in read) violations.push({ invariant: 'I4', text: `a row breaks its schema: ${read.error.message}` });
  else violations.push(...neverPublished(read.value, published), ...resharded(read.value, plan));
  if (sweeper && !('error' in read)) violations.push(...sweeper.violations(read.value.orders));
  return {
    violations,
    hash: scheduler.hash >>> 0,
    orders: 'error' in read ? 0 : read.value.orders.length,
    checked: {
      ...Object.fromEntries(verdicts.map(({ id, checked }) => [id, checked])),
      ...fulfilment?.counted(),
      ...(sweeper && { OrdersSwept: sweeper.swept }),
    },
    injected: calls.injected,
    lines: scheduler.lines ?? [],
  };
}

function outcomeOf<Value>(read: () => Value): { value: Value } | { error: Error } {
  try {
    return { value: read() };
  } catch (error) {
    return { error: error as Error };
  }
}

/** The orders that were accepted before a change know the shards of then. */
function resharded({ products }: Snapshot, plan: Plan): Violation[] {
  return plan.products.flatMap(({ sku, shards }) => {
    const now = products.find((product) => product.sku === sku)?.shardCount;
    return now === shards ? [] : [{ invariant: 'I4', text: `${sku} had ${shards} shards, and has ${now}` }];
  });
}

function neverPublished({ events }: Snapshot, published: ReadonlySet<string>): { invariant: 'I3'; text: string }[] {
  return events
    .filter(({ order }) => !published.has(`${order.orderId} ${order.version}`))
    .map(({ order }) => ({
      invariant: 'I3',
      text: `event ${order.version} of ${order.orderId} never reached the bus`,
    }));
}
