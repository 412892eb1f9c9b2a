import { afterEach, beforeEach, expect, test } from 'vitest';
import type { firestore } from '../../../functions/adapters/google/firestore-client.ts';
import { openOrders } from '../../../functions/adapters/google/open-orders.ts';
import { orderStore, toPosition } from '../../../functions/adapters/google/orders.ts';
import { handOnDue } from '../../../functions/adapters/google/postponed.ts';
import { productReader } from '../../../functions/adapters/google/products.ts';
import { relayWaiting } from '../../../functions/adapters/google/relay.ts';
import { toOrderEvent } from '../../../functions/contracts/order-event.ts';
import { type UnreadableRow, unreadableRows } from '../../../functions/contracts/readable-rows.ts';
import { placeOrder, rejectOrder } from '../../../functions/domain/order.ts';
import { deriveOrderId } from '../../../functions/intake/place-order.ts';
import { traceparent } from '../../support/memory-system.ts';

// Documents that version N+1 wrote, read by version N, as after a rollback.
const at = '2026-11-27T09:00:00.000Z';
const later = '2026-11-27T09:01:00.000Z';
const reports: UnreadableRow[] = [];
const remember = (message: unknown) => reports.push(message as UnreadableRow);
beforeEach(() => {
  reports.length = 0;
  unreadableRows.subscribe(remember);
});
afterEach(() => unreadableRows.unsubscribe(remember));

const stored = (key: number) => {
  const orderId = deriveOrderId('ada', `key-${String(key).padStart(8, '0')}`);
  const item = { customer: 'ada', sku: 'lamp', quantity: 1, unitPrice: 1, currency: 'EUR' as const, shardCount: 1 };
  const order = placeOrder({ ...item, orderId }, at);
  return { v: 1, ...order, requestHash: 'a'.repeat(64), position: toPosition(order), open: 0 };
};
const event = (key: number) => toOrderEvent(rejectOrder(stored(key), at), traceparent);

/** A collection in the order of its query. */
function database(rows: readonly object[]) {
  const done: object[] = [];
  const docs = rows.map((fields) => ({
    data: () => fields,
    get: (name: string) => (fields as Record<string, unknown>)[name],
    ref: { delete: async () => void done.push(fields) },
  }));
  const query = (most: number): object => ({
    where: () => query(most),
    orderBy: () => query(most),
    limit: (limit: number) => query(limit),
    get: async () => ({ docs: docs.slice(0, most) }),
  });
  const db = { collection: () => query(rows.length), doc: () => ({ update: async () => {} }) };
  return { db: db as never as ReturnType<typeof firestore>, done };
}

test('lists the other products, and pages on past an unreadable one', async () => {
  const lamp = { ...{ sku: 'lamp', name: 'Lamp', unitPrice: 1, currency: 'EUR', version: 1 }, shardCount: 1 };
  const rows = [lamp, { ...lamp, sku: 'ring', currency: 'XAU' }, { ...lamp, sku: 'vase' }].map((row) => ({
    ...row,
    ...{ v: 1, supplied: 0, changedAt: at },
  }));
  const page = await productReader(database(rows).db).list(2);
  expect(page).toMatchObject({ products: [{ sku: 'lamp' }], next: 'ring' });
  expect(reports.map(({ row }) => row)).toEqual(['ring']);
});

test("lists a customer's other orders, and pages on past an unreadable one", async () => {
  const [one, two, three] = [stored(1), { ...stored(2), state: 'WAITLISTED' }, stored(3)];
  const page = await orderStore(database([one, two, three]).db).listByCustomer('ada', 2);
  expect(page.orders.map(({ orderId }) => orderId)).toEqual([one.orderId]);
  expect(page.next?.orderId).toBe(two.orderId);
  expect(reports).toHaveLength(1);
});

test('the sweeper gets open orders by their position alone', async () => {
  const page = await openOrders(database([{ ...stored(1), state: 'WAITLISTED' }, stored(2)]).db).list(0, later, 10);
  expect(page.orders).toHaveLength(2);
});

test.each([3, 700])('the relay hands over what it can read past %i unreadable events', async (count) => {
  const newer = Array.from({ length: count }, (_, key) => ({ ...event(key), v: 2 }));
  const handed: string[] = [];
  const { db } = database([...newer, event(1_001), event(1_002)]);
  const hand = async ({ order }: { order: { orderId: string } }) => void handed.push(order.orderId);
  expect(await relayWaiting(db, hand, { committedBefore: later, limit: 3 })).toBe(2);
  expect(handed).toEqual([event(1_001).order.orderId, event(1_002).order.orderId]);
  expect(reports).toHaveLength(count);
});

test.each([2, 400])('hands over due requests past %i unreadable ones', async (count) => {
  const request = { v: 1, traceparent, order: { orderId: stored(1).orderId } };
  const newer = Array.from({ length: count }, () => ({ v: 2, request: { ...request, v: 2 }, dueAt: at }));
  const { db, done } = database([
    ...newer,
    { v: 1, request, dueAt: at },
    { v: 1, request, dueAt: '2999-01-01T00:00:00.000Z' },
  ]);
  const handed: unknown[] = [];
  expect(await handOnDue(db, async (one) => void handed.push(one), { now: later, limit: 2 })).toBe(1);
  expect([handed.length, done.length, reports[0]?.row]).toEqual([1, 1, request.order.orderId]);
});

test('says why something was not handed over', async () => {
  const gone = async () => Promise.reject(new Error('gone'));
  const request = { v: 1, traceparent, order: { orderId: stored(1).orderId } };
  const relaying = relayWaiting(database([event(1)]).db, gone, { committedBefore: later, limit: 3 });
  const handing = handOnDue(database([{ v: 1, request, dueAt: at }]).db, gone, { now: later, limit: 2 });
  for (const work of [relaying, handing]) await expect(work).rejects.toMatchObject({ cause: { message: 'gone' } });
});
