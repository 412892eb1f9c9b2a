import { expect, test } from 'vitest';
import { documents } from '../../../../functions/adapters/aws/clients/dynamodb-client.ts';
import { orderKey, orderKeyId } from '../../../../functions/adapters/aws/keys.ts';
import { orderGlances } from '../../../../functions/adapters/aws/order-glances.ts';
import { orderStore } from '../../../../functions/adapters/aws/orders.ts';
import { placeOrder } from '../../../../functions/domain/order.ts';
import { deriveOrderId } from '../../../../functions/intake/place-order.ts';
import { script } from '../../../support/scripted-client.ts';

interface Read {
  readonly RequestItems: { readonly orders: { readonly Keys: readonly { readonly pk: string }[] } };
}

const product = { sku: 'lamp', unitPrice: 100, currency: 'EUR', shardCount: 1 } as const;
const placed = (orderId: string) =>
  placeOrder({ ...product, orderId, customer: 'ada', quantity: 1 }, '2026-01-01T00:00:00.000Z');
const toRow = (orderId: string): object => ({ ...orderKey(orderId), ...placed(orderId), requestHash: 'a-hash' });
const ids = (count: number) => Array.from({ length: count }, (_, index) => deriveOrderId('ada', `key-${index}`));
const [first = '', second = '', third = ''] = ids(3);

/** Answers with the rows of the keys, the last key first. */
const answerWith =
  (rowOf: (orderId: string) => object | undefined) =>
  ({ RequestItems: { orders } }: Read) => ({
    Responses: { orders: orders.Keys.flatMap((key) => rowOf(orderKeyId(key)) ?? []).reverse() },
  });

test('reads orders that are wanted at the same moment in one call, at half the price', async () => {
  const reads = script<Read>(documents, answerWith(toRow));
  const { find } = orderGlances('orders');
  expect(await Promise.all(ids(3).map(find))).toEqual(ids(3).map(placed));
  expect(reads).toEqual([{ RequestItems: { orders: { Keys: ids(3).map(orderKey) } } }]);
});

test('reads at most 100 orders in a call', async () => {
  const reads = script<Read>(documents, answerWith(toRow));
  const { find } = orderGlances('orders');
  expect(await Promise.all(ids(205).map(find))).toEqual(ids(205).map(placed));
  expect(reads.map(({ RequestItems }) => RequestItems.orders.Keys.length)).toEqual([100, 100, 5]);
});

test('reads an order once that is wanted twice at the same moment, and again when it is wanted later', async () => {
  const reads = script<Read>(documents, answerWith(toRow));
  const { find } = orderGlances('orders');
  await Promise.all([find(first), find(first)]);
  await find(first);
  expect(reads.map(({ RequestItems }) => RequestItems.orders.Keys)).toEqual([[orderKey(first)], [orderKey(first)]]);
});

test('an order that was not read is undefined, and the others are found', async () => {
  script<Read>(
    documents,
    answerWith((orderId) => (orderId === second ? undefined : toRow(orderId))),
  );
  const { find } = orderGlances('orders');
  expect(await Promise.all(ids(3).map(find))).toEqual([placed(first), undefined, placed(third)]);
});

test('an unreadable row fails its own order only', async () => {
  const rowOf = (orderId: string) => ({ ...toRow(orderId), ...(orderId === second && { state: 'LOST' }) });
  script<Read>(documents, answerWith(rowOf));
  const { find } = orderGlances('orders');
  const settled = await Promise.allSettled(ids(3).map(find));
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

test('a failed call fails each of its orders, and not the next call', async () => {
  script<Read>(documents, new Error('throttled'), answerWith(toRow));
  const { find } = orderGlances('orders');
  const settled = await Promise.allSettled([find(first), find(second)]);
  expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await find(second)).toEqual(placed(second));
});

test('finds the row that the store wrote', async () => {
  const writes = script<{ readonly Item: object }>(documents, {});
  await orderStore('orders').create({ order: placed(first), requestHash: 'a-hash' });
  script<Read>(documents, { Responses: { orders: writes.map(({ Item }) => Item) } });
  expect(await orderGlances('orders').find(first)).toEqual(placed(first));
});
