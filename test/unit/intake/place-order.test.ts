import { expect, test } from 'vitest';
import { acceptOrder, deriveOrderId } from '../../../functions/intake/place-order.ts';
import { putProduct } from '../../../functions/stock/put-product.ts';
import { offer, orderOf, place, settleAll } from '../../support/actions.ts';
import { memorySystem } from '../../support/memory-system.ts';

test('stores the row of an accepted order and queues its message', async () => {
  const system = memorySystem();
  await offer(system, 5);
  const accepted = await acceptOrder(orderOf({ quantity: 2 }), system.ports);
  expect(accepted).toMatchObject({ sku: 'lamp', quantity: 2, unitPrice: 1_999, total: 3_998, currency: 'EUR' });
  expect(system.state.orders.get(accepted.orderId)?.order.state).toBe('PENDING');
  expect(system.state.queue).toMatchObject([{ v: 1, orderId: accepted.orderId }]);
});

test('answers a repeat the same, and sends the message again while the order is pending', async () => {
  const system = memorySystem();
  await offer(system, 5);
  const first = await acceptOrder(orderOf(), system.ports);
  expect(await acceptOrder(orderOf(), system.ports)).toEqual(first);
  expect(system.state.queue).toHaveLength(2);
  expect(system.state.orders.size).toBe(1);
});

test('answers a repeat of a settled order the same, without a message', async () => {
  const system = memorySystem();
  await offer(system, 5);
  const first = await acceptOrder(orderOf(), system.ports);
  await settleAll(system);
  expect(await acceptOrder(orderOf(), system.ports)).toEqual(first);
  expect(system.state.queue).toHaveLength(0);
});

test('keeps the original price when the product changes before a repeat', async () => {
  const system = memorySystem();
  await offer(system, 5);
  const first = await acceptOrder(orderOf(), system.ports);
  const change = { name: 'Lamp', unitPrice: 1, currency: 'EUR' as const, changedAt: first.acceptedAt };
  await system.ports.products.change('lamp', 1, change);
  expect((await acceptOrder(orderOf(), system.ports)).unitPrice).toBe(1_999);
});

test('rejects a key that was used for a different request, and changes nothing', async () => {
  const system = memorySystem();
  await offer(system, 5);
  await place(system, { quantity: 1 });
  await expect(place(system, { quantity: 2 })).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
  expect(system.state.orders.size).toBe(1);
  expect(system.state.queue).toHaveLength(1);
});

// Joined without a separator, both requests would be `lamp-11`.
test('tells requests apart whose fields join to the same text', async () => {
  const system = memorySystem();
  for (const sku of ['lamp-1', 'lamp-11']) await offer(system, 50, { sku });
  await place(system, { sku: 'lamp-1', quantity: 11 });
  const other = place(system, { sku: 'lamp-11', quantity: 1 });
  await expect(other).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
});

test('rejects an unknown product before storing anything', async () => {
  const system = memorySystem();
  await expect(place(system)).rejects.toMatchObject({ code: 'UNKNOWN_PRODUCT' });
  expect(system.state.orders.size).toBe(0);
});

test('derives different, stable ids for two customers with the same key (RFC 9562 version 5)', () => {
  expect(deriveOrderId('ada', 'key-00000001')).not.toBe(deriveOrderId('bob', 'key-00000001'));
  expect(deriveOrderId('ada', 'key-00000001')).toBe('4509c726-c3e8-54dc-ad51-2d496cc2de13');
});

const expectedPrice = { unitPrice: 1_999, currency: 'EUR' as const };
const changePrice = (system: ReturnType<typeof memorySystem>, unitPrice: number) =>
  putProduct('lamp', { name: 'Lamp', unitPrice, currency: 'EUR', peakOrdersPerSecond: 50 }, 'any exists', system.ports);

test('accepts an order at the price that the customer saw', async () => {
  const system = memorySystem();
  await offer(system, 10);
  expect(await acceptOrder(orderOf({ expectedPrice }), system.ports)).toMatchObject(expectedPrice);
});

test.each([
  ['a higher price', { unitPrice: 1_998, currency: 'EUR' as const }],
  ['a lower price', { unitPrice: 2_000, currency: 'EUR' as const }],
  ['another currency', { unitPrice: 1_999, currency: 'USD' as const }],
])('charges no %s than expected, and stores nothing', async (_, seen) => {
  const system = memorySystem();
  await offer(system, 10);
  const order = acceptOrder(orderOf({ expectedPrice: seen }), system.ports);
  await expect(order).rejects.toMatchObject({ code: 'PRICE_CHANGED', message: expect.stringContaining('1999 EUR') });
  expect([system.state.orders.size, system.state.queue.length]).toEqual([0, 0]);
});

test('repeats the answer at the accepted price after the price changed', async () => {
  const system = memorySystem();
  await offer(system, 10);
  const first = await acceptOrder(orderOf({ expectedPrice }), system.ports);
  await changePrice(system, 9_990_000);
  expect(await acceptOrder(orderOf({ expectedPrice }), system.ports)).toEqual(first);
  await expect(acceptOrder(orderOf(), system.ports)).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
});

test('accepts the same key at the new price after a refusal', async () => {
  const system = memorySystem();
  await offer(system, 10);
  await changePrice(system, 2_499);
  await expect(acceptOrder(orderOf({ expectedPrice }), system.ports)).rejects.toMatchObject({ code: 'PRICE_CHANGED' });
  const seen = { ...expectedPrice, unitPrice: 2_499 };
  expect(await acceptOrder(orderOf({ expectedPrice: seen }), system.ports)).toMatchObject(seen);
});

test('refuses a quantity above the limit per customer, and stores nothing', async () => {
  const system = memorySystem();
  await offer(system, 10, { limit: 2 });
  const refused = { code: 'QUANTITY_ABOVE_LIMIT', message: 'one customer may buy at most 2 of lamp, not 3' };
  await expect(place(system, { quantity: 3 })).rejects.toMatchObject(refused);
  expect([system.state.orders.size, system.state.queue.length]).toEqual([0, 0]);
  expect(await place(system, { quantity: 2 })).toBeDefined();
});

test('repeats the answer to an order that a later limit would refuse', async () => {
  const system = memorySystem();
  await offer(system, 10);
  const first = await acceptOrder(orderOf({ quantity: 5 }), system.ports);
  const limited = { name: 'Lamp', unitPrice: 1_999, currency: 'EUR' as const, peakOrdersPerSecond: 50 };
  await putProduct('lamp', { ...limited, limitPerCustomer: 1 }, 'any exists', system.ports);
  expect(await acceptOrder(orderOf({ quantity: 5 }), system.ports)).toEqual(first);
  expect(system.state.orders.get(first.orderId)?.order).not.toHaveProperty('limitPerCustomer');
});

test('keeps the limit that an order was accepted under in its row', async () => {
  const system = memorySystem();
  await offer(system, 10, { limit: 4 });
  const orderId = await place(system);
  expect(system.state.orders.get(orderId)?.order).toMatchObject({ limitPerCustomer: 4 });
});
