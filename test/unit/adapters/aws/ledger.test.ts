import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { documents } from '../../../../functions/adapters/aws/clients/dynamodb-client.ts';
import { orderLedger } from '../../../../functions/adapters/aws/ledger.ts';
import { toOrderEvent } from '../../../../functions/contracts/order-event.ts';
import { cancelOrder, confirmOrder, type Order, placeOrder, rejectOrder } from '../../../../functions/domain/order.ts';
import { traceparent } from '../../../support/memory-system.ts';
import { script } from '../../../support/scripted-client.ts';

const at = '2026-11-27T09:00:00.000Z';
const item = { customer: 'ada', sku: 'lamp', quantity: 1, unitPrice: 1, currency: 'EUR' as const, shardCount: 1 };

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html */
const maxItems = 100;

const ledger = orderLedger({ orders: 'orders', stock: 'stock' });
type Transaction = {
  readonly TransactItems: readonly { readonly Update?: { readonly Key: { readonly pk: string } } }[];
};

function confirmation(number: number, change: Partial<Order> = {}) {
  const orderId = `6c1f1c55-6f0b-5f3e-9c7a-${String(number).padStart(12, '0')}`;
  const before = placeOrder({ ...item, orderId, ...change }, at);
  const after = confirmOrder(before, [{ shard: 0, quantity: before.quantity }], at);
  return { before, after, event: toOrderEvent(after, traceparent) };
}

test.each([
  { limited: false, perOrder: 2 },
  { limited: true, perOrder: 3 },
])('commits as many orders together as it promises, in one transaction (limited: $limited)', async (shape) => {
  const limit = shape.limited ? { limitPerCustomer: 1 } : {};
  const transitions = Array.from({ length: ledger.maxPerTransaction(shape.limited) }, (_, number) =>
    confirmation(number, { customer: `customer-${number}`, ...limit }),
  );
  const calls = script<Transaction>(documents, {});
  expect(await ledger.commitTogether(transitions)).toBe('committed');
  const items = (orders: number) => shape.perOrder * orders + 1;
  expect(calls.map(({ TransactItems }) => TransactItems.length)).toEqual([items(transitions.length)]);
  expect(items(transitions.length)).toBeLessThanOrEqual(maxItems);
  expect(items(transitions.length + 1)).toBeGreaterThan(maxItems);
});

test('rejects as many orders together as it promises, in one transaction', async () => {
  const transitions = Array.from({ length: ledger.maxRejections }, (_, number) => {
    const { before } = confirmation(number);
    const after = rejectOrder(before, at);
    return { before, after, event: toOrderEvent(after, traceparent) };
  });
  const calls = script<Transaction>(documents, {});
  expect(await ledger.commitTogether(transitions)).toBe('committed');
  expect(calls.map(({ TransactItems }) => TransactItems.length)).toEqual([maxItems]);
});

test('names each reason why a group was refused', async () => {
  const group = [1, 2, 3].map((number) => confirmation(number, { customer: `c-${number}`, limitPerCustomer: 1 }));
  const [first, second] = group;
  const failed = (...indexes: number[]) =>
    new TransactionCanceledException({
      $metadata: {},
      message: 'cancelled',
      // Order and event of each, three holdings, one shard.
      CancellationReasons: Array.from({ length: 10 }, (_, index) => ({
        Code: indexes.includes(index) ? 'ConditionalCheckFailed' : 'None',
      })),
    });
  script<Transaction>(documents, failed(2), failed(6), failed(9), failed(0, 7, 9));
  const none = { stale: new Set(), overLimit: new Set(), isShort: false };
  const [one, two] = [new Set([first?.before.orderId]), new Set([second?.before.orderId])];
  expect(await ledger.commitTogether(group)).toEqual({ ...none, stale: two });
  expect(await ledger.commitTogether(group)).toEqual({ ...none, overLimit: one });
  expect(await ledger.commitTogether(group)).toEqual({ ...none, isShort: true });
  expect(await ledger.commitTogether(group)).toEqual({ stale: one, overLimit: two, isShort: true });
});

test('needs no extra item or call for a product without a limit', async () => {
  const calls = script<Transaction>(documents, {});
  const { before, after } = confirmation(1);
  expect(await ledger.commit(confirmation(1))).toBe('committed');
  const cancelled = cancelOrder(after, at);
  await ledger.commit({ before: after, after: cancelled, event: toOrderEvent(cancelled, traceparent) });
  const rejected = rejectOrder(before, at);
  await ledger.commit({ before, after: rejected, event: toOrderEvent(rejected, traceparent) });
  // Order, event, shard; a rejection takes no units.
  expect(calls.map(({ TransactItems }) => TransactItems.length)).toEqual([3, 3, 2]);
});

test('takes every part of an order that is split across shards', async () => {
  const calls = script<Transaction>(documents, {});
  const { before } = confirmation(1, { quantity: 3, shardCount: 2 });
  const parts = [
    { shard: 1, quantity: 2 },
    { shard: 0, quantity: 1 },
  ];
  const after = confirmOrder(before, parts, at);
  await ledger.commit({ before, after, event: toOrderEvent(after, traceparent) });
  const taken = (calls[0]?.TransactItems ?? []).slice(2);
  expect(taken).toMatchObject([
    { Update: { Key: { pk: 'STOCK#lamp#1' }, ExpressionAttributeValues: { ':quantity': 2 } } },
    { Update: { Key: { pk: 'STOCK#lamp#0' }, ExpressionAttributeValues: { ':quantity': 1 } } },
  ]);
});

test("updates a customer's holding once for two orders of a group", async () => {
  const calls = script<Transaction>(documents, {});
  const limited = { limitPerCustomer: 3, customer: 'auth0|5f/7c#' };
  await ledger.commitTogether([confirmation(1, { ...limited, quantity: 2 }), confirmation(2, limited)]);
  const holdings = (calls[0]?.TransactItems ?? []).filter(({ Update }) => Update?.Key.pk.startsWith('HOLDING#'));
  expect(holdings).toMatchObject([
    {
      Update: {
        Key: { pk: 'HOLDING#lamp#auth0|5f/7c#' },
        ExpressionAttributeValues: { ':gain': 3, ':room': 0 },
        ConditionExpression: 'attribute_not_exists(#units) OR #units <= :room',
      },
    },
  ]);
});

test('never confirms an order above its own limit, not even as the first of its customer', async () => {
  const calls = script<Transaction>(documents, {});
  await ledger.commit(confirmation(1, { limitPerCustomer: 1, quantity: 2 }));
  expect(calls[0]?.TransactItems[2]).toMatchObject({ Update: { ConditionExpression: '#units <= :room' } });
});
