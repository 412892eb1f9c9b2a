import { acceptOrder, deriveOrderId } from '../../../../functions/intake/place-order.ts';
import type { Counter } from '../../../../functions/ports/runtime.ts';
import { sharedSnapshots } from '../../../../functions/resilience/shared-snapshots.ts';
import { putProduct } from '../../../../functions/stock/put-product.ts';
import { restock } from '../../../../functions/stock/restock.ts';
import { longestLagMs } from '../../../dynamodb/history.ts';
import type { Platform } from '../platform.ts';
import { loadPlatform } from '../platforms.ts';
import type { Protocol } from '../protocols.ts';
import { type RuntimePorts, simulatedRuntime, traceparent } from '../runtime.ts';
import { settleBatch } from '../workers.ts';
import { type CallMaker, Calls, fates } from '../world/calls.ts';
import { type Message, newMessage } from '../world/queue.ts';
import { Scheduler } from '../world/scheduler.ts';
import { Witness } from '../world/witness.ts';
import { countUnits, type Units } from './units.ts';

/** A sale of one product to one consumer, without faults. */
export interface CountedSale {
  readonly protocol: Protocol;
  readonly shards: number;
  /** Messages per batch. */
  readonly batch: number;
  readonly orders: number;
  readonly units: number;
  /** Orders per customer, and the limit of units per customer. */
  readonly limited?: { readonly ordersOfEach: number; readonly limit: number };
}

export interface Costs {
  readonly orders: number;
  readonly confirmed: number;
  /** Store calls by settlement. */
  readonly calls: number;
  /** Capacity units by table; only DynamoDB counts them. */
  readonly units: ReadonlyMap<string, Units>;
}

/** Delay before a batch, long enough that nearly every eventually consistent read finds its order. */
const queuedMs = 2 * longestLagMs;

/** Counts settlement's store calls: the real use case and adapters over simulated stores. */
export async function measureCosts(sale: CountedSale): Promise<Costs> {
  const scheduler = new Scheduler(1, { stepLimit: Number.POSITIVE_INFINITY });
  const calls = countingCalls(scheduler);
  const nothing = () => {};
  const hooks = { enqueue: nothing, bury: nothing, published: nothing, changed: nothing };
  // The witness is not needed here, and would scan all open orders at each commit.
  const witness = Object.assign(new Witness(), { opened: nothing });
  const platform = sharingSnapshots((await loadPlatform(sale.protocol))({ calls, witness, ...hooks }));
  const counts = new Map<Counter, number>();
  const meter = { count: (name: Counter, by = 1) => void counts.set(name, (counts.get(name) ?? 0) + by) };
  const runtime = { ...simulatedRuntime(scheduler), meter };
  const waiting: Message[] = [];
  const run = async (name: string, afterMs: number, work: () => Promise<void>) => {
    const failures: unknown[] = [];
    scheduler.after(afterMs, scheduler.process(name), () => void work().catch((error) => failures.push(error)));
    await scheduler.run();
    if (failures.length > 0) throw failures[0];
  };
  await run('shop', 0, () => openShop(sale, platform, runtime, waiting));
  calls.count = 0;
  const units = platform.stored ? countUnits(platform.stored) : new Map<string, Units>();
  await run('consumer', queuedMs, () => settleAll(sale, platform, runtime, waiting));
  const confirmed = counts.get('OrdersConfirmed') ?? 0;
  const settled = confirmed + (counts.get('OrdersRejected') ?? 0);
  if (settled !== sale.orders) throw new Error(`${settled} of ${sale.orders} orders were settled: the costs are wrong`);
  return { orders: sale.orders, confirmed, calls: calls.count, units };
}

/** Shares snapshots like the entries of clouds that settle single messages concurrently in one instance. */
function sharingSnapshots(platform: Platform): Platform {
  if (platform.groups) return platform;
  const { stock } = platform.ports;
  const shared = sharedSnapshots(stock);
  return { ...platform, ports: { ...platform.ports, stock: { ...stock, snapshot: shared.snapshot } } };
}

function countingCalls(scheduler: Scheduler): CallMaker & { count: number } {
  const rates = { ...Object.fromEntries(fates.map((fate) => [fate, 0])) } as Record<(typeof fates)[number], number>;
  const calls = new Calls(scheduler, { rates, untilMs: 0, skipped: new Set() });
  const counting = {
    count: 0,
    scheduler,
    refuse: (text: string) => calls.refuse(text),
    make: ((call) => {
      counting.count++;
      return calls.make(call);
    }) as CallMaker['make'],
  };
  return counting;
}

async function openShop(
  { shards, orders, units, limited }: CountedSale,
  { ports }: Platform,
  runtime: RuntimePorts,
  waiting: Message[],
): Promise<void> {
  const all = { ...ports, ...runtime };
  const body = { name: 'Lamp', unitPrice: 100, currency: 'EUR' as const, peakOrdersPerSecond: 100 * shards };
  const limit = limited ? { limitPerCustomer: limited.limit } : {};
  await putProduct('lamp', { ...body, ...limit }, undefined, all);
  if (units > 0) await restock({ sku: 'lamp', key: 'first-supply', quantity: units }, all);
  for (let index = 0; index < orders; index++) {
    const customer = `customer-${Math.floor(index / (limited?.ordersOfEach ?? 1))}`;
    const idempotencyKey = `counted-${index}`;
    await acceptOrder({ customer, idempotencyKey, sku: 'lamp', quantity: 1, traceparent }, all);
    const orderId = deriveOrderId(customer, idempotencyKey);
    waiting.push(newMessage(orderId, JSON.stringify({ v: 1, orderId, traceparent })));
  }
}

async function settleAll(
  { batch }: CountedSale,
  platform: Platform,
  runtime: RuntimePorts,
  waiting: Message[],
): Promise<void> {
  while (waiting.length > 0) {
    const messages = waiting.splice(0, batch);
    const failed = await settleBatch(messages, platform, runtime);
    waiting.push(...messages.filter(({ id }) => failed.has(id)));
  }
}
