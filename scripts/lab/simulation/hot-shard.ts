import { acceptOrder, orderIdOf } from '../../../functions/intake/place-order.ts';
import { putProduct } from '../../../functions/stock/put-product.ts';
import { restock } from '../../../functions/stock/restock.ts';
import { Calls } from './calls.ts';
import { traceparent } from './clients.ts';
import { loadPlatform } from './platforms.ts';
import type { Message } from './queue.ts';
import { runtimeOf } from './runtime.ts';
import { Scheduler } from './scheduler.ts';
import { Witness } from './witness.ts';
import { settleBatch } from './workers.ts';

export interface HotShard {
  readonly orders: number;
  /** Of each write, beside the conflicts that overlapping transactions make themselves. */
  readonly conflictRate: number;
  readonly consumers: number;
  readonly batch: number;
}

export interface HotShardRate {
  /** Confirmed orders for each second of simulated time. */
  readonly ordersPerSecond: number;
  readonly conflicts: number;
}

/** A product with one shard, wanted by all at once: how fast its orders are confirmed, one by one or in groups. */
export async function measureHotShard(shop: HotShard, { grouped }: { grouped: boolean }): Promise<HotShardRate> {
  const scheduler = new Scheduler(1, { stepLimit: Number.POSITIVE_INFINITY });
  const none = { 'crash before': 0, 'crash after': 0, busy: 0, lost: 0, stall: 0 };
  const faults = {
    rates: { ...none, conflict: shop.conflictRate },
    untilMs: Number.POSITIVE_INFINITY,
    spared: new Set<string>(),
  };
  const calls = new Calls(scheduler, faults);
  const nothing = () => {};
  const world = {
    calls,
    witness: new Witness(),
    enqueue: nothing,
    bury: nothing,
    published: nothing,
    changed: nothing,
  };
  const { groups, ...single } = (await loadPlatform('dynamodb'))(world);
  const platform = { ...single, ...(grouped && groups && { groups }) };
  let conflicts = 0;
  const runtime = {
    ...runtimeOf(scheduler),
    meter: {
      count(name: string) {
        if (name === 'Conflicts') conflicts++;
      },
    },
  };
  const ports = { ...platform.ports, ...runtime };
  const waiting: Message[] = [];

  async function openShop(): Promise<void> {
    const body = { name: 'Hot', unitPrice: 100, currency: 'EUR' as const, peakOrdersPerSecond: 1 };
    await putProduct('hot', body, undefined, ports);
    await restock({ sku: 'hot', key: 'first-supply', quantity: shop.orders }, ports);
    for (let index = 0; index < shop.orders; index++) {
      const idempotencyKey = `hot-key-${index}`;
      await acceptOrder({ customer: 'ada', idempotencyKey, sku: 'hot', quantity: 1, traceparent }, ports);
      const orderId = orderIdOf('ada', idempotencyKey);
      waiting.push({ id: orderId, body: JSON.stringify({ v: 1, orderId, traceparent }), receives: 1, deleted: false });
    }
  }

  async function consume(): Promise<void> {
    for (let batch = waiting.splice(0, shop.batch); batch.length > 0; batch = waiting.splice(0, shop.batch)) {
      const failed = await settleBatch(batch, platform, runtime);
      waiting.push(...batch.filter(({ id }) => failed.has(id)));
    }
  }

  const start = (name: string, work: () => Promise<void>) =>
    scheduler.after(0, scheduler.process(name), () => void work());
  calls.stopFaults();
  start('shop', openShop);
  await scheduler.run();
  calls.resumeFaults();
  const begun = scheduler.now;
  for (let consumer = 0; consumer < shop.consumers; consumer++) start(`consumer-${consumer}`, consume);
  await scheduler.run();
  const confirmed = platform.snapshot().orders.filter(({ state }) => state === 'CONFIRMED').length;
  if (confirmed !== shop.orders) throw new Error(`${confirmed} of ${shop.orders} orders were confirmed`);
  return { ordersPerSecond: (confirmed * 1_000) / (scheduler.now - begun), conflicts };
}
