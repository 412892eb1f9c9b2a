import { expect, test } from 'vitest';
import { rankShards } from '../../../../functions/domain/sharding.ts';
import { settleOrder } from '../../../../functions/settlement/settle-order.ts';
import { restock } from '../../../../functions/stock/restock.ts';
import { traceparent } from '../../../support/memory-system.ts';
import { confirm, found, freshSku, offer, place, repeated, type System, unitsLeft } from './system.ts';

export function stockTests(system: () => System): void {
  test('probes the other shards when its own is empty', async () => {
    const it = system();
    const sku = await offer(it, 4, { shards: 4 });
    const order = await place(it, sku);
    const [own = 0] = rankShards(order.orderId, 4);
    const rival = await place(it, sku);
    expect(await confirm(it, rival, [{ shard: own, quantity: 1 }])).toBe('committed');
    expect(await settleOrder(order.orderId, traceparent, it.ports)).toBe('confirmed');
    expect((await it.ports.orders.find(order.orderId))?.allocation[0]?.shard).not.toBe(own);
    expect(await unitsLeft(it, sku, 4)).toBe(2);
  });

  test('serves an order from fragments, and rejects one only when all of them together are too few', async () => {
    const it = system();
    const sku = await offer(it, 4, { shards: 4 });
    const [large, tooLarge] = [await place(it, sku, { quantity: 3 }), await place(it, sku, { quantity: 5 })];
    expect(await repeated(() => settleOrder(tooLarge.orderId, traceparent, it.ports))).toBe('rejected');
    expect(await repeated(() => settleOrder(large.orderId, traceparent, it.ports))).toBe('confirmed');
    expect(await it.ports.orders.find(tooLarge.orderId)).toMatchObject({ state: 'REJECTED', allocation: [] });
    expect(await unitsLeft(it, sku, 4)).toBe(1);
  });

  test('sells each of the last units once', async () => {
    const it = system();
    const sku = await offer(it, 3, { shards: 2 });
    const orders = await Promise.all(Array.from({ length: 8 }, () => place(it, sku)));
    const outcomes = await Promise.all(
      orders.map(({ orderId }) => repeated(() => settleOrder(orderId, traceparent, it.ports))),
    );
    expect(outcomes.filter((outcome) => outcome === 'confirmed')).toHaveLength(3);
    expect(outcomes.filter((outcome) => outcome === 'rejected')).toHaveLength(5);
    expect(await unitsLeft(it, sku, 2)).toBe(0);
  }, 30_000);

  test('restocks once per key, however often it is sent', async () => {
    const it = system();
    const sku = await offer(it, 10, { shards: 4 });
    const request = { sku, key: 'second-delivery', quantity: 7 };
    const answers = await Promise.all(Array.from({ length: 4 }, () => repeated(() => restock(request, it.ports))));
    expect(new Set(answers.map(({ at }) => at)).size).toBe(1);
    expect(await it.ports.products.find(sku)).toMatchObject({ supplied: 17, version: 1 });
    expect(await unitsLeft(it, sku, 4)).toBe(17);
  }, 20_000);

  test('returns the first supply of a repeated key, and adds nothing', async () => {
    const it = system();
    const sku = await offer(it, 2);
    const first = { sku, key: 'one-key-01', quantity: 3, at: '2026-11-27T09:00:00.000Z' };
    expect(await it.ports.stock.supply(first, [{ shard: 0, quantity: 3 }])).toEqual({ kind: 'supplied' });
    const again = { ...first, quantity: 4 };
    expect(await it.ports.stock.supply(again, [{ shard: 0, quantity: 4 }])).toEqual({ kind: 'repeated', first });
    expect(await unitsLeft(it, sku, 1)).toBe(5);
  });

  test('reports an empty level for a shard that never had a row', async () => {
    const it = system();
    const levels = found(await it.ports.stock.snapshot(freshSku(), 2));
    expect(levels.toSorted((a, b) => a.shard - b.shard)).toEqual([
      { shard: 0, left: 0 },
      { shard: 1, left: 0 },
    ]);
  });
}
