import { expect, test } from 'vitest';
import { acceptOrder } from '../../../functions/intake/place-order.ts';
import { findOwnOrder, listOwnOrders, toOrderResource } from '../../../functions/intake/read-orders.ts';
import { settleOrder } from '../../../functions/settlement/settle-order.ts';
import { offer, orderOf } from '../../support/actions.ts';
import { memorySystem, traceparent } from '../../support/memory-system.ts';

async function orderFor(customer: string) {
  const system = memorySystem();
  await offer(system, 5);
  const { orderId } = await acceptOrder(orderOf({ customer }), system.ports);
  return { system, orderId };
}

// Names that a careless comparison takes for the owner's.
test.each(['ann', 'Anna', 'ANNA', 'anna1', 'anna.', 'nna', 'bob'])("hides anna's order from %s", async (stranger) => {
  const { system, orderId } = await orderFor('anna');
  await expect(findOwnOrder(stranger, orderId, system.ports.orders)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await listOwnOrders(stranger, { limit: 10 }, system.ports.orders)).toEqual({ items: [] });
  expect(await findOwnOrder('anna', orderId, system.ports.orders)).toMatchObject({ orderId });
});

test("begins a page where another customer's cursor points, with the caller's own orders only", async () => {
  const { system } = await orderFor('anna');
  const { ports } = system;
  for (const number of [1, 2]) {
    for (const customer of ['bob', 'anna'])
      await acceptOrder(orderOf({ customer, idempotencyKey: `key-page-000${number}` }), ports);
  }
  const { next } = await listOwnOrders('bob', { limit: 1 }, ports.orders);
  expect(next).toBeDefined();
  const { items } = await listOwnOrders('anna', { limit: 10, cursor: next }, ports.orders);
  const own = await listOwnOrders('anna', { limit: 10 }, ports.orders);
  const ids = own.items.map(({ orderId }) => orderId);
  for (const { orderId } of items) expect(ids).toContain(orderId);
  expect(items.length).toBeLessThan(ids.length);
});

test('lists every order of a customer once, page by page, and ends', async () => {
  const { system } = await orderFor('anna');
  const { ports } = system;
  for (const number of [1, 2, 3, 4])
    await acceptOrder(orderOf({ customer: 'anna', idempotencyKey: `key-page-000${number}` }), ports);
  const seen: string[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < 5; page++) {
    const { items, next } = await listOwnOrders('anna', { limit: 2, cursor }, ports.orders);
    seen.push(...items.map(({ orderId }) => orderId));
    cursor = next;
    if (!next) break;
  }
  expect(cursor).toBeUndefined();
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen).toHaveLength(5);
});

test('shows why an order was rejected, and only then', async () => {
  const system = memorySystem();
  await offer(system, 3, { limit: 2 });
  const reasons = [];
  for (const [number, quantity] of [2, 1, 2].entries()) {
    const customer = number === 2 ? 'bob' : 'anna';
    const idempotencyKey = `key-why-000${number}`;
    const { orderId } = await acceptOrder(orderOf({ customer, quantity, idempotencyKey }), system.ports);
    await settleOrder(orderId, traceparent, system.ports);
    const { state, reason } = toOrderResource(await findOwnOrder(customer, orderId, system.ports.orders));
    reasons.push([state, reason]);
  }
  expect(reasons).toEqual([
    ['CONFIRMED', undefined],
    ['REJECTED', 'LIMIT_REACHED'],
    ['REJECTED', 'SOLD_OUT'],
  ]);
});
