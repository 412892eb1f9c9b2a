import { expect, test } from 'vitest';
import { customerId } from '../../functions/contracts/grammar.ts';
import type { AcceptedOrder } from '../../functions/contracts/http.ts';
import { isSold } from '../../functions/domain/order.ts';
import { checkInvariants, holds } from '../../scripts/sale/check/invariants.ts';
import { namesNear, tryForeignOrders } from '../../scripts/sale/hostile-input.ts';
import { allPages, eventually, freshKey, freshProduct, settled, shop, storesOf, tokenOf } from '../support/deployed.ts';

const ada = await tokenOf('ada');
const bob = await tokenOf('bob');

const readLeft = async (sku: string) => (await storesOf(sku)).shards.reduce((sum, shard) => sum + shard.left, 0);

test('confirms an order, takes its stock and updates the views', async () => {
  const sku = await freshProduct({ units: 10 });
  const answer = await shop.placeOrder(ada, freshKey(), { sku, quantity: 3 });
  expect(answer.status).toBe(202);
  expect(answer.headers.get('location')).toBe(`/orders/${answer.body.orderId}`);
  expect(answer.body).toMatchObject({ sku, quantity: 3, unitPrice: 1_999, total: 5_997, currency: 'EUR' });
  expect(await settled(ada, answer.body.orderId)).toMatchObject({ state: 'CONFIRMED', version: 2 });
  expect(await readLeft(sku)).toBe(7);
  await eventually(async () => {
    const { body } = await shop.call({ method: 'GET', path: `/products/${sku}/stock` });
    expect(body).toMatchObject({ sku, supplied: 10, reserved: 3, left: 7, asOf: expect.any(String) });
  });
});

test('carries one trace from the request to the event and the view', async () => {
  const sku = await freshProduct();
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  const headers = { 'idempotency-key': freshKey(), traceparent: `00-${traceId}-00f067aa0ba902b7-01` };
  const answer = await shop.call<AcceptedOrder>({
    method: 'POST',
    path: '/orders',
    token: ada,
    headers,
    body: { sku, quantity: 1 },
  });
  expect(answer.headers.get('x-trace-id')).toBe(traceId);
  await eventually(async () => {
    const { events, counted } = await storesOf(sku);
    const traces = [...events, ...counted].map((row) => row.traceparent.split('-')[1]);
    expect(traces).toEqual([traceId, traceId]);
  });
});

test('rejects an order when every shard is empty', async () => {
  const sku = await freshProduct({ units: 0 });
  const { body } = await shop.placeOrder(ada, freshKey(), { sku, quantity: 1 });
  expect(await settled(ada, body.orderId)).toMatchObject({ state: 'REJECTED' });
});

test('rejects an order beyond the limit per customer, and serves it after a cancel', async () => {
  const sku = await freshProduct({ units: 9, limitPerCustomer: 3 });
  const above = await shop.placeOrder(ada, freshKey(), { sku, quantity: 4 });
  expect([above.status, (above.body as unknown as { code: string }).code]).toEqual([422, 'QUANTITY_ABOVE_LIMIT']);
  const buy = async (token: string, quantity: number) => {
    const { body } = await shop.placeOrder(token, freshKey(), { sku, quantity });
    return settled(token, body.orderId);
  };
  const [first, second, third] = [await buy(ada, 2), await buy(ada, 2), await buy(bob, 3)];
  expect([first.state, second.state, third.state]).toEqual(['CONFIRMED', 'REJECTED', 'CONFIRMED']);
  expect([first.reason, second.reason, third.reason]).toEqual([undefined, 'LIMIT_REACHED', undefined]);
  for (let repeat = 0; repeat < 2; repeat++) await shop.cancelOrder(ada, first.orderId);
  expect(await buy(ada, 3)).toMatchObject({ state: 'CONFIRMED' });
  expect(await buy(ada, 1)).toMatchObject({ state: 'REJECTED', reason: 'LIMIT_REACHED' });
  expect(await readLeft(sku)).toBe(3);
});

test('serves an order from several shards when no single one can', async () => {
  const sku = await freshProduct({ units: 6, shards: 3 });
  const { body } = await shop.placeOrder(ada, freshKey(), { sku, quantity: 5 });
  expect(await settled(ada, body.orderId)).toMatchObject({ state: 'CONFIRMED' });
  expect(await readLeft(sku)).toBe(1);
});

test('creates one order, with equal answers, from 50 parallel posts of one key', async () => {
  const sku = await freshProduct({ units: 100 });
  const key = freshKey();
  const answers = await Promise.all(Array.from({ length: 50 }, () => shop.placeOrder(ada, key, { sku, quantity: 2 })));
  expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([202]));
  expect(new Set(answers.map((answer) => JSON.stringify(answer.body))).size).toBe(1);
  await settled(ada, answers[0]?.body.orderId ?? '');
  const { orders, events } = await storesOf(sku);
  expect(orders).toHaveLength(1);
  expect(events.filter(({ type }) => type === 'OrderConfirmed')).toHaveLength(1);
  expect(await readLeft(sku)).toBe(98);
});

test('refuses a key that was used for another body', async () => {
  const sku = await freshProduct();
  const key = freshKey();
  await shop.placeOrder(ada, key, { sku, quantity: 1 });
  const answer = await shop.placeOrder(ada, key, { sku, quantity: 2 });
  expect(answer).toMatchObject({ status: 422, body: { code: 'IDEMPOTENCY_KEY_REUSED' } });
  expect((await storesOf(sku)).orders).toHaveLength(1);
});

test('creates one order each for customers with the same key, however similar their names', async () => {
  const sku = await freshProduct();
  const key = freshKey();
  const names = ['ada', 'bob', ...namesNear('ada').filter((name) => customerId.safeParse(name).success)];
  const place = async (name: string) => shop.placeOrder(await tokenOf(name), key, { sku, quantity: 1 });
  // The same letters, with the border between name and key elsewhere.
  const shifted = shop.placeOrder(await tokenOf('ad'), `a${key}`, { sku, quantity: 1 });
  const answers = await Promise.all([...names.map(place), shifted]);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
  expect(new Set(answers.map(({ body }) => body.orderId)).size).toBe(names.length + 1);
});

test("does not show a customer's orders to customers with similar names", async () => {
  const sku = await freshProduct();
  const placed = await Promise.all(
    namesNear('ada').map(async () => (await shop.placeOrder(ada, freshKey(), { sku, quantity: 1 })).body.orderId),
  );
  const victims = placed.map((orderId) => ({ customer: 'ada', orderId }));
  const { foreignAttempts, foreignAnswers } = await tryForeignOrders(shop, (name) => tokenOf(name), victims);
  expect(foreignAnswers).toEqual([]);
  expect(foreignAttempts).toBe(placed.length * 6);
});

test('confirms exactly one of 200 parallel orders for the last unit', async () => {
  const sku = await freshProduct({ units: 1, shards: 4 });
  const keys = Array.from({ length: 200 }, freshKey);
  const answers = await Promise.all(keys.map((key) => shop.placeOrder(ada, key, { sku, quantity: 1 })));
  expect(answers.every((answer) => answer.status === 202)).toBe(true);
  const orderId = answers[0]?.body.orderId ?? '';
  const foreign = await tryForeignOrders(shop, (customer) => tokenOf(customer), [{ customer: 'ada', orderId }]);
  await eventually(async () => {
    const snapshot = await storesOf(sku);
    expect(snapshot.orders.filter((order) => order.state === 'PENDING')).toHaveLength(0);
    expect(snapshot.counted).toHaveLength(200);
    expect(snapshot.orders.filter(isSold)).toHaveLength(1);
    const accepted = answers.map(({ body }, index) => ({ ...body, customer: 'ada', key: keys[index] ?? '' }));
    const verdicts = checkInvariants(snapshot, { accepted, ...foreign });
    expect(verdicts.filter((verdict) => !holds(verdict))).toEqual([]);
  });
});

test('returns the units of a cancelled order once, even when cancelled repeatedly', async () => {
  const sku = await freshProduct({ units: 4 });
  const { body } = await shop.placeOrder(ada, freshKey(), { sku, quantity: 3 });
  await settled(ada, body.orderId);
  const answers = await Promise.all(Array.from({ length: 5 }, () => shop.cancelOrder(ada, body.orderId)));
  for (const answer of answers) expect(answer).toMatchObject({ status: 200, body: { state: 'CANCELLED', version: 3 } });
  expect(await readLeft(sku)).toBe(4);
  const again = await shop.placeOrder(ada, freshKey(), { sku, quantity: 4 });
  expect(await settled(ada, again.body.orderId)).toMatchObject({ state: 'CONFIRMED' });
});

test('refuses to cancel a rejected order', async () => {
  const sku = await freshProduct({ units: 0 });
  const { body } = await shop.placeOrder(ada, freshKey(), { sku, quantity: 1 });
  await settled(ada, body.orderId);
  const answer = await shop.cancelOrder(ada, body.orderId);
  expect(answer).toMatchObject({ status: 409, body: { code: 'ORDER_NOT_CANCELLABLE' } });
});

test("treats another customer's order as missing, and does not change it", async () => {
  const sku = await freshProduct();
  const { body } = await shop.placeOrder(ada, freshKey(), { sku, quantity: 1 });
  await settled(ada, body.orderId);
  const missing = '00000000-0000-5000-8000-000000000000';
  for (const orderId of [body.orderId, missing]) {
    const read = await shop.getOrder(bob, orderId);
    const cancel = await shop.cancelOrder(bob, orderId);
    for (const answer of [read, cancel]) {
      expect(answer).toMatchObject({
        status: 404,
        body: { code: 'NOT_FOUND', detail: 'you have no order with this id' },
      });
      expect(JSON.stringify(answer.body)).not.toContain(sku);
    }
  }
  expect(isSold((await shop.getOrder(ada, body.orderId)).body)).toBe(true);
});

test('lists only own orders, newest first, by page, and refuses a forged cursor', async () => {
  const customer = `page-${freshKey().slice(4, 12)}`;
  const own = await tokenOf(customer);
  const sku = await freshProduct({ units: 50 });
  const ids: string[] = [];
  for (let i = 0; i < 5; i++) ids.unshift((await shop.placeOrder(own, freshKey(), { sku, quantity: 1 })).body.orderId);
  await shop.placeOrder(bob, freshKey(), { sku, quantity: 1 });

  const seen = (await allPages<AcceptedOrder>('/orders', 2, own)).map((order) => order.orderId);
  expect(seen).toEqual(ids);
  for (const cursor of ['nonsense', Buffer.from(`2026|${ids[0]}`).toString('base64url')]) {
    const answer = await shop.call({ method: 'GET', path: `/orders?cursor=${cursor}`, token: own });
    expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_CURSOR' } });
  }
});

test('forbids caching of orders', async () => {
  const sku = await freshProduct();
  const { body } = await shop.placeOrder(ada, freshKey(), { sku, quantity: 1 });
  expect((await shop.getOrder(ada, body.orderId)).headers.get('cache-control')).toBe('no-store');
});
