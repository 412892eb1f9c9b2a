import { expect, test } from 'vitest';
import { documents } from '../../../../functions/adapters/aws/clients/dynamodb-client.ts';
import { openOrders } from '../../../../functions/adapters/aws/open-orders.ts';
import { orderStore } from '../../../../functions/adapters/aws/orders.ts';
import { productReader } from '../../../../functions/adapters/aws/products.ts';
import { placeOrder } from '../../../../functions/domain/order.ts';
import { script } from '../../../support/scripted-client.ts';

const orderId = '6c1f1c55-6f0b-5f3e-9c7a-000000000001';
const acceptedAt = '2026-11-27T09:00:00.000Z';
const item = { orderId, customer: 'ada', sku: 'lamp', quantity: 1, unitPrice: 1, currency: 'EUR' as const };
const order = placeOrder({ ...item, shardCount: 1 }, acceptedAt);
const orderRow = { pk: `ORDER#${orderId}`, sk: 'ORDER', v: 1, ...order, requestHash: 'a'.repeat(64), open: '3' };
const productRow = {
  ...{ pk: 'PRODUCT#lamp', v: 1, sku: 'lamp', name: 'Lamp', unitPrice: 1, currency: 'EUR' },
  ...{ version: 1, shardCount: 1, supplied: 0, changedAt: acceptedAt },
};
const position = { acceptedAt, orderId };

/** Each list, its row, and the key in its index from which the second page begins. */
const lists = [
  {
    name: "a customer's orders",
    row: orderRow,
    list: (after?: typeof position) => orderStore('orders').listByCustomer('ada', 1, after),
    from: { customer: 'ada', acceptedAt, pk: `ORDER#${orderId}`, sk: 'ORDER' },
  },
  {
    name: 'the open orders of a bucket',
    row: orderRow,
    list: (after?: typeof position) => openOrders('orders').list(3, '9', 1, after),
    from: { open: '3', acceptedAt, pk: `ORDER#${orderId}`, sk: 'ORDER' },
  },
  {
    name: 'the products',
    row: productRow,
    list: (after?: typeof position) => productReader('catalog').list(1, after && 'lamp'),
    from: { pk: 'PRODUCT#lamp' },
  },
];

const named = lists.map((one) => [one.name, one] as const);

test.each(named)('says where the next page of %s begins, and that the last one is the last', async (_, one) => {
  script(documents, { Items: [one.row], LastEvaluatedKey: one.from }, { Items: [one.row] });
  expect(await one.list()).toHaveProperty('next');
  expect(await one.list(position)).not.toHaveProperty('next');
});

test.each(named)('reads the second page of %s from the end of the first', async (_, one) => {
  const calls = script<{ readonly ExclusiveStartKey?: object }>(documents, { Items: [] });
  await one.list();
  await one.list(position);
  expect(calls.map(({ ExclusiveStartKey }) => ExclusiveStartKey)).toEqual([undefined, one.from]);
});
