import { expect, test } from 'vitest';
import { beginFulfilment, cancelRefused, fulfilOrder } from '../../../../functions/domain/order.ts';
import { maxShards } from '../../../../functions/domain/sharding.ts';
import { cancelOwnOrder } from '../../../../functions/intake/cancel-order.ts';
import { settleOrder } from '../../../../functions/settlement/settle-order.ts';
import { traceparent } from '../../../support/memory-system.ts';
import {
  cancel,
  commit,
  confirm,
  found,
  now,
  offer,
  place,
  reject,
  repeated,
  type System,
  unitsLeft,
} from './system.ts';

export function ledgerTests(system: () => System): void {
  test('commits a confirmation: the order changes and its units are taken', async () => {
    const it = system();
    const sku = await offer(it, 5);
    const order = await place(it, sku, { quantity: 2 });
    expect(await confirm(it, order, [{ shard: 0, quantity: 2 }])).toBe('committed');
    const after = await it.ports.orders.find(order.orderId);
    expect(after).toMatchObject({ state: 'CONFIRMED', version: 2, allocation: [{ shard: 0, quantity: 2 }] });
    expect(await unitsLeft(it, sku, 1)).toBe(3);
  });

  test('answers stale when the order has changed, and takes nothing', async () => {
    const it = system();
    const sku = await offer(it, 5);
    const order = await place(it, sku);
    await confirm(it, order, [{ shard: 0, quantity: 1 }]);
    expect(await confirm(it, order, [{ shard: 0, quantity: 1 }])).toBe('stale');
    expect(await reject(it, order)).toBe('stale');
    expect(await cancel(it, order)).toBe('stale');
    expect(await unitsLeft(it, sku, 1)).toBe(4);
  });

  test('answers insufficient stock when a shard holds too little or has no row, and changes nothing', async () => {
    const it = system();
    const sku = await offer(it, 2);
    const never = await offer(it, 0);
    const [order, other] = [await place(it, sku, { quantity: 3 }), await place(it, never)];
    expect(await confirm(it, order, [{ shard: 0, quantity: 3 }])).toBe('insufficient stock');
    expect(await confirm(it, other, [{ shard: 0, quantity: 1 }])).toBe('insufficient stock');
    expect(await it.ports.orders.find(order.orderId)).toEqual(order);
    expect(await unitsLeft(it, sku, 1)).toBe(2);
  });

  test('answers stale, not insufficient stock, when both are true: an order that changed needs none', async () => {
    const it = system();
    const sku = await offer(it, 1);
    const order = await place(it, sku);
    await confirm(it, order, [{ shard: 0, quantity: 1 }]);
    expect(await confirm(it, order, [{ shard: 0, quantity: 1 }])).toBe('stale');
  });

  test('takes an order from several shards at once, up to the maximum of a product', async () => {
    const it = system();
    const sku = await offer(it, maxShards, { shards: maxShards });
    const order = await place(it, sku, { quantity: maxShards });
    expect(await repeated(() => settleOrder(order.orderId, traceparent, it.ports))).toBe('confirmed');
    const { allocation } = found(await it.ports.orders.find(order.orderId));
    expect(allocation.reduce((sum, part) => sum + part.quantity, 0)).toBe(maxShards);
    expect(await unitsLeft(it, sku, maxShards)).toBe(0);
  }, 20_000);

  test('settles an order once, however many attempts are concurrent', async () => {
    const it = system();
    const sku = await offer(it, 10);
    const order = await place(it, sku);
    const settle = () => repeated(() => settleOrder(order.orderId, traceparent, it.ports));
    const outcomes = await Promise.all(Array.from({ length: 6 }, settle));
    expect(outcomes.filter((outcome) => outcome === 'confirmed')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'already settled')).toHaveLength(5);
    expect(await unitsLeft(it, sku, 1)).toBe(9);
  }, 20_000);

  test('cancels a confirmed order once, and returns its units', async () => {
    const it = system();
    const sku = await offer(it, 5);
    const order = await place(it, sku, { quantity: 3 });
    await settleOrder(order.orderId, traceparent, it.ports);
    const confirmed = found(await it.ports.orders.find(order.orderId));
    expect(await cancel(it, confirmed)).toBe('committed');
    expect(await cancel(it, confirmed)).toBe('stale');
    expect(await it.ports.orders.find(order.orderId)).toMatchObject({ state: 'CANCELLED', version: 3 });
    expect(await unitsLeft(it, sku, 1)).toBe(5);
  });

  test('commits either the hand-over or the cancel of an order, never both', async () => {
    const it = system();
    const sku = await offer(it, 5);
    const order = await place(it, sku, { quantity: 3 });
    await settleOrder(order.orderId, traceparent, it.ports);
    const confirmed = found(await it.ports.orders.find(order.orderId));
    const handed = beginFulfilment(confirmed, now());
    const race = await Promise.all([commit(it, confirmed, handed), cancel(it, confirmed)]);
    expect(race.filter((outcome) => outcome === 'committed')).toHaveLength(1);
  });

  test('fulfils a handed-over order, or returns its units, once', async () => {
    const it = system();
    const sku = await offer(it, 5);
    for (const end of [fulfilOrder, cancelRefused]) {
      const order = await place(it, sku, { quantity: 2 });
      await settleOrder(order.orderId, traceparent, it.ports);
      const confirmed = found(await it.ports.orders.find(order.orderId));
      const handed = beginFulfilment(confirmed, now());
      expect(await commit(it, confirmed, handed)).toBe('committed');
      const ended = end(handed, now());
      expect(await commit(it, handed, ended)).toBe('committed');
      expect(await commit(it, handed, ended)).toBe('stale');
      const stored = found(await it.ports.orders.find(order.orderId));
      expect(stored).toEqual(ended);
    }
    expect(await unitsLeft(it, sku, 1)).toBe(3);
  });

  test('cancels a pending order, which is then never settled', async () => {
    const it = system();
    const sku = await offer(it, 1);
    const order = await place(it, sku);
    expect(await cancel(it, order)).toBe('committed');
    expect(await settleOrder(order.orderId, traceparent, it.ports)).toBe('already settled');
    expect(await unitsLeft(it, sku, 1)).toBe(1);
  });

  test('ends a race of settlement and cancel with a cancelled order and every unit returned', async () => {
    const it = system();
    const sku = await offer(it, 8, { shards: 2 });
    const orders = await Promise.all(Array.from({ length: 4 }, () => place(it, sku)));
    const race = orders.flatMap(({ orderId, customer }) => [
      repeated(() => settleOrder(orderId, traceparent, it.ports)),
      repeated(() => cancelOwnOrder({ customer, orderId, traceparent }, it.ports)),
    ]);
    await Promise.all(race);
    for (const { orderId } of orders) expect(await it.ports.orders.find(orderId)).toMatchObject({ state: 'CANCELLED' });
    expect(await unitsLeft(it, sku, 2)).toBe(8);
  }, 20_000);
}
