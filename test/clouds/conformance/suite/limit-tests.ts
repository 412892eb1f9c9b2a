import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { beginFulfilment, cancelRefused, confirmOrder, fulfilOrder } from '../../../../functions/domain/order.ts';
import { cancelOwnOrder } from '../../../../functions/intake/cancel-order.ts';
import type { PlaceOrderRequest } from '../../../../functions/intake/place-order.ts';
import { settleOrder } from '../../../../functions/settlement/settle-order.ts';
import { putProduct } from '../../../../functions/stock/put-product.ts';
import { traceparent } from '../../../support/memory-system.ts';
import { cancel, commit, found, freshCustomer, now, offer, place, repeated, type System, unitsLeft } from './system.ts';

/** Places an order and settles it. */
async function buy(it: System, sku: string, change: Partial<PlaceOrderRequest>) {
  const { orderId } = await place(it, sku, change);
  await repeated(() => settleOrder(orderId, traceparent, it.ports));
  return found(await it.ports.orders.find(orderId));
}

const states = (orders: readonly { readonly state: string }[]) => orders.map(({ state }) => state).sort();
const rejected = { state: 'REJECTED', reason: 'LIMIT_REACHED', allocation: [] };

async function changeLimit({ ports }: System, sku: string, limitPerCustomer?: number) {
  const body = { name: 'Lamp', unitPrice: 1_999, currency: 'EUR' as const, peakOrdersPerSecond: 100 };
  await putProduct(sku, limitPerCustomer ? { ...body, limitPerCustomer } : body, 'any exists', ports);
}

export function limitTests(system: () => System): void {
  test('rejects an order beyond the limit per customer with its reason, counted in units', async () => {
    const it = system();
    const sku = await offer(it, 9, { limit: 3 });
    const [customer, other] = [freshCustomer(), freshCustomer()];
    expect(await buy(it, sku, { customer, quantity: 2 })).toMatchObject({ state: 'CONFIRMED', held: true });
    expect(await buy(it, sku, { customer, quantity: 2 })).toMatchObject(rejected);
    expect(await buy(it, sku, { customer })).toMatchObject({ state: 'CONFIRMED' });
    expect(await buy(it, sku, { customer })).toMatchObject(rejected);
    expect(await buy(it, sku, { customer: other, quantity: 3 })).toMatchObject({ state: 'CONFIRMED' });
    expect(await unitsLeft(it, sku, 1)).toBe(3);
  });

  test('counts each product on its own, for any subject that an issuer may choose', async () => {
    const it = system();
    const skus = [await offer(it, 9, { limit: 1 }), await offer(it, 9, { limit: 1 })];
    const suffix = randomUUID();
    for (const name of ['auth0|5f/7c', '-_x', 'a#b\\c?', '~', 'x'.repeat(200)]) {
      const customer = `${name}${suffix}`;
      for (const sku of skus) {
        expect(await buy(it, sku, { customer })).toMatchObject({ state: 'CONFIRMED', customer });
        expect(await buy(it, sku, { customer })).toMatchObject(rejected);
      }
    }
  }, 20_000);

  test('returns the units of a cancelled order to its customer once, however often it is cancelled', async () => {
    const it = system();
    const sku = await offer(it, 9, { limit: 2 });
    const customer = freshCustomer();
    const [first] = [await buy(it, sku, { customer }), await buy(it, sku, { customer })];
    const request = { customer, orderId: first.orderId, traceparent };
    for (let repeat = 0; repeat < 3; repeat++) await cancelOwnOrder(request, it.ports);
    expect(await cancel(it, first)).toBe('stale');
    expect(await buy(it, sku, { customer })).toMatchObject({ state: 'CONFIRMED' });
    expect(await buy(it, sku, { customer })).toMatchObject(rejected);
  });

  test('returns nothing for an order that was cancelled before it was confirmed', async () => {
    const it = system();
    const sku = await offer(it, 9, { limit: 1 });
    const customer = freshCustomer();
    const pending = await place(it, sku, { customer });
    expect(await buy(it, sku, { customer })).toMatchObject({ state: 'CONFIRMED' });
    expect(await cancel(it, pending)).toBe('committed');
    expect(await buy(it, sku, { customer })).toMatchObject(rejected);
  });

  test("returns the units that the partner refused, and keeps a fulfilled order's", async () => {
    const it = system();
    const sku = await offer(it, 9, { limit: 1 });
    for (const [end, next] of [[cancelRefused, { state: 'CONFIRMED' }] as const, [fulfilOrder, rejected] as const]) {
      const customer = freshCustomer();
      const confirmed = await buy(it, sku, { customer });
      const handed = beginFulfilment(confirmed, now());
      await commit(it, confirmed, handed);
      expect(await buy(it, sku, { customer })).toMatchObject(rejected);
      expect(await commit(it, handed, end(handed, now()))).toBe('committed');
      expect(await buy(it, sku, { customer })).toMatchObject(next);
    }
  });

  test('confirms no more than the limit of orders that are settled at once', async () => {
    const it = system();
    const sku = await offer(it, 40, { shards: 4, limit: 3 });
    const customer = freshCustomer();
    const buying = Array.from({ length: 8 }, () => buy(it, sku, { customer }));
    const orders = await Promise.all(buying);
    expect(states(orders)).toEqual([...Array(3).fill('CONFIRMED'), ...Array(5).fill('REJECTED')]);
    expect(orders.filter(({ reason }) => reason === 'LIMIT_REACHED')).toHaveLength(5);
    expect(await unitsLeft(it, sku, 4)).toBe(37);
  }, 20_000);

  test('sells every unit under a limit, whichever shards hold it', async () => {
    const it = system();
    const sku = await offer(it, 12, { shards: 4, limit: 2 });
    const orders = [];
    for (let number = 0; number < 7; number++)
      orders.push(await buy(it, sku, { customer: freshCustomer(), quantity: 2 }));
    expect(states(orders)).toEqual([...Array(6).fill('CONFIRMED'), 'REJECTED']);
    expect(orders.find(({ state }) => state === 'REJECTED')?.reason).toBe('SOLD_OUT');
    expect(await unitsLeft(it, sku, 4)).toBe(0);
    for (const order of orders) if (order.state === 'CONFIRMED') await repeated(async () => cancel(it, order));
    expect(await unitsLeft(it, sku, 4)).toBe(12);
  }, 20_000);

  test('holds each order to the limit that it was accepted under', async () => {
    const it = system();
    const sku = await offer(it, 30, { limit: 2 });
    const customer = freshCustomer();
    const before = await place(it, sku, { customer, quantity: 2 });
    await changeLimit(it, sku, 1);
    await repeated(() => settleOrder(before.orderId, traceparent, it.ports));
    expect(await it.ports.orders.find(before.orderId)).toMatchObject({ state: 'CONFIRMED', limitPerCustomer: 2 });
    expect(await buy(it, sku, { customer })).toMatchObject({ ...rejected, limitPerCustomer: 1 });
    await changeLimit(it, sku, 5);
    expect(await buy(it, sku, { customer, quantity: 3 })).toMatchObject({ state: 'CONFIRMED' });
    await changeLimit(it, sku);
    const free = await buy(it, sku, { customer, quantity: 9 });
    expect([free.state, free.held, free.limitPerCustomer]).toEqual(['CONFIRMED', undefined, undefined]);
    await changeLimit(it, sku, 6);
    expect(await buy(it, sku, { customer })).toMatchObject({ state: 'CONFIRMED' });
    expect(await buy(it, sku, { customer })).toMatchObject(rejected);
    expect(await cancel(it, free)).toBe('committed');
    expect(await buy(it, sku, { customer })).toMatchObject(rejected);
  }, 20_000);

  test('returns nothing for an order that a version without limits confirmed', async () => {
    const it = system();
    const sku = await offer(it, 9, { limit: 1 });
    const customer = freshCustomer();
    const order = await place(it, sku, { customer });
    const shard = 0;
    const { held: _, ...uncounted } = confirmOrder(order, [{ shard, quantity: 1 }], now());
    expect(await commit(it, order, uncounted)).toBe('committed');
    expect(await buy(it, sku, { customer })).toMatchObject({ state: 'CONFIRMED' });
    expect(await cancel(it, found(await it.ports.orders.find(order.orderId)))).toBe('committed');
    expect(await buy(it, sku, { customer })).toMatchObject(rejected);
  });
}
