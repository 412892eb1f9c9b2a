import { acceptOrder, deriveOrderId } from '../../../functions/intake/place-order.ts';
import { putProduct } from '../../../functions/stock/put-product.ts';
import { restock } from '../../../functions/stock/restock.ts';
import type { Platform, Ports } from './platform.ts';
import { loadPlatform } from './platforms.ts';
import { type RuntimePorts, simulatedRuntime, traceparent } from './runtime.ts';
import { settleBatch } from './workers.ts';
import { Calls } from './world/calls.ts';
import { type Message, newMessage } from './world/queue.ts';
import { Scheduler } from './world/scheduler.ts';
import { Witness } from './world/witness.ts';

export interface HotShard {
  readonly orders: number;
  /** Probability per write, on top of real conflicts between overlapping transactions. */
  readonly conflictRate: number;
  readonly consumers: number;
  readonly batch: number;
}

export interface HotShardRate {
  /** Confirmed orders per simulated second. */
  readonly ordersPerSecond: number;
  readonly conflicts: number;
}

/** Measures how fast orders for a one-shard product are confirmed, one by one or in groups. */
export async function measureHotShard(shop: HotShard, { grouped }: { grouped: boolean }): Promise<HotShardRate> {
  const scheduler = new Scheduler(1, { stepLimit: Number.POSITIVE_INFINITY });
  const calls = conflictingCalls(scheduler, shop.conflictRate);
  const platform = await loadHotPlatform(calls, grouped);
  let conflicts = 0;
  const meter = {
    count(name: string) {
      if (name === 'Conflicts') conflicts++;
    },
  };
  const runtime = { ...simulatedRuntime(scheduler), meter };
  const waiting: Message[] = [];

  async function consume(): Promise<void> {
    for (let batch = waiting.splice(0, shop.batch); batch.length > 0; batch = waiting.splice(0, shop.batch)) {
      const failed = await settleBatch(batch, platform, runtime);
      waiting.push(...batch.filter(({ id }) => failed.has(id)));
    }
  }

  const start = (name: string, work: () => Promise<void>) =>
    scheduler.after(0, scheduler.process(name), () => void work());
  calls.stopFaults();
  start('shop', () => openShop({ ...platform.ports, ...runtime }, shop.orders, waiting));
  await scheduler.run();
  calls.resumeFaults();
  const begun = scheduler.now;
  for (let consumer = 0; consumer < shop.consumers; consumer++) start(`consumer-${consumer}`, consume);
  await scheduler.run();
  const confirmed = platform.snapshot().orders.filter(({ state }) => state === 'CONFIRMED').length;
  if (confirmed !== shop.orders)
    throw new Error(`only ${confirmed} of ${shop.orders} orders were confirmed: the rate would be wrong`);
  return { ordersPerSecond: (confirmed * 1_000) / (scheduler.now - begun), conflicts };
}

function conflictingCalls(scheduler: Scheduler, conflictRate: number): Calls {
  const none = { 'crash before': 0, 'crash after': 0, busy: 0, lost: 0, stall: 0 };
  return new Calls(scheduler, {
    rates: { ...none, conflict: conflictRate },
    untilMs: Number.POSITIVE_INFINITY,
    skipped: new Set<string>(),
  });
}

async function loadHotPlatform(calls: Calls, grouped: boolean): Promise<Platform> {
  const nothing = () => {};
  const hooks = { enqueue: nothing, bury: nothing, published: nothing, changed: nothing };
  const { groups, ...single } = (await loadPlatform('dynamodb'))({ calls, witness: new Witness(), ...hooks });
  return { ...single, ...(grouped && groups && { groups }) };
}

async function openShop(ports: Ports & RuntimePorts, orders: number, waiting: Message[]): Promise<void> {
  const body = { name: 'Hot', unitPrice: 100, currency: 'EUR' as const, peakOrdersPerSecond: 1 };
  await putProduct('hot', body, undefined, ports);
  await restock({ sku: 'hot', key: 'first-supply', quantity: orders }, ports);
  for (let index = 0; index < orders; index++) {
    const idempotencyKey = `hot-key-${index}`;
    await acceptOrder({ customer: 'ada', idempotencyKey, sku: 'hot', quantity: 1, traceparent }, ports);
    const orderId = deriveOrderId('ada', idempotencyKey);
    waiting.push(newMessage(orderId, JSON.stringify({ v: 1, orderId, traceparent })));
  }
}
