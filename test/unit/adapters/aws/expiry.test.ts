import { marshall } from '@aws-sdk/util-dynamodb';
import { expect, test } from 'vitest';
import { documents } from '../../../../functions/adapters/aws/clients/dynamodb-client.ts';
import { eventBridge } from '../../../../functions/adapters/aws/clients/eventbridge-client.ts';
import { eventBus } from '../../../../functions/adapters/aws/event-bus.ts';
import { toExpiresAt } from '../../../../functions/adapters/aws/expiry.ts';
import { parseOrderEvent } from '../../../../functions/adapters/aws/lambda/stream.ts';
import { orderLedger } from '../../../../functions/adapters/aws/ledger.ts';
import { salesViews } from '../../../../functions/adapters/aws/views.ts';
import { toOrderEvent } from '../../../../functions/contracts/order-event.ts';
import { cancelOrder, confirmOrder, type Order, placeOrder, rejectOrder } from '../../../../functions/domain/order.ts';
import { toCount } from '../../../../functions/projection/count-event.ts';
import { traceparent } from '../../../support/memory-system.ts';
import { script } from '../../../support/scripted-client.ts';

const acceptedAt = '2026-11-27T09:00:00.000Z';
const endedAt = '2026-11-28T09:00:00.400Z';
/** 400 days after the end, rounded up to a second. */
const expiresAt = Date.parse('2028-01-02T09:00:01.000Z') / 1_000;

const pending = placeOrder(
  {
    ...{ orderId: '6c1f1c55-6f0b-5f3e-9c7a-000000000001', customer: 'ada', sku: 'lamp', quantity: 1 },
    ...{ unitPrice: 1, currency: 'EUR', shardCount: 1 },
  },
  acceptedAt,
);
const confirmed = confirmOrder(pending, [{ shard: 0, quantity: 1 }], endedAt);
const moveTo = (before: Order, after: Order) => ({ before, after, event: toOrderEvent(after, traceparent) });

interface Transaction {
  readonly TransactItems: readonly {
    readonly Update?: { readonly UpdateExpression: string; readonly ExpressionAttributeValues: object };
    readonly Put?: { readonly Item: object };
  }[];
}

async function writesOf(days: number | undefined, before: Order, after: Order) {
  const calls = script<Transaction>(documents, {});
  await orderLedger({ orders: 'orders', stock: 'stock' }, { days }).commit(moveTo(before, after));
  const [order, event] = calls[0]?.TransactItems ?? [];
  return { order: order?.Update, event: event?.Put?.Item };
}

test('counts the retention from the time of a transition, in epoch seconds', () => {
  expect(toExpiresAt(endedAt, { days: 400 })).toBe(expiresAt);
  expect(toExpiresAt(endedAt, {})).toBeUndefined();
});

test('lets an order and its event expire together after its end', async () => {
  for (const after of [rejectOrder(pending, endedAt), cancelOrder(pending, endedAt)]) {
    const { order, event } = await writesOf(400, pending, after);
    expect(order?.UpdateExpression).toContain('#expiresAt = :expiresAt');
    expect(order?.ExpressionAttributeValues).toMatchObject({ ':expiresAt': expiresAt });
    expect(event).toMatchObject({ expiresAt });
  }
});

test('keeps an open order, and lets its event expire', async () => {
  const { order, event } = await writesOf(400, pending, confirmed);
  expect(order?.UpdateExpression).not.toContain('expiresAt');
  expect(event).toMatchObject({ expiresAt });
});

test('without a retention, keeps every row', async () => {
  const { order, event } = await writesOf(undefined, pending, rejectOrder(pending, endedAt));
  expect(order?.UpdateExpression).not.toContain('expiresAt');
  expect(event).not.toHaveProperty('expiresAt');
});

const imageOf = (after: Order, stored: object) =>
  parseOrderEvent({ dynamodb: { NewImage: marshall({ ...toOrderEvent(after, traceparent), ...stored }) } });

test.each([
  ['final: with its last event', rejectOrder(pending, endedAt), { expiresAt }, expiresAt],
  ['open: never', confirmed, { expiresAt }, undefined],
  ['final, and its event is kept: never', rejectOrder(pending, endedAt), {}, undefined],
])('lets the guard of a counted order expire (%s)', async (_, after, stored, wanted) => {
  const event = imageOf(after, stored);
  const count = event && toCount(event, undefined);
  const calls = script<Transaction>(documents, {});
  if (count) await salesViews('views', async () => '').count(count.next, undefined, count.change);
  const guard = calls[0]?.TransactItems[0]?.Put?.Item as { expiresAt?: number } | undefined;
  expect(guard).toMatchObject({ orderId: pending.orderId, version: 2 });
  expect(guard?.expiresAt).toBe(wanted);
});

test('does not publish the expiry of a stored event', async () => {
  const accepted = { FailedEntryCount: 0, Entries: [{ EventId: '1' }] };
  const calls = script<{ readonly Entries: readonly { readonly Detail: string }[] }>(eventBridge, accepted);
  const event = imageOf(confirmed, { expiresAt });
  await eventBus('bus').publish(event ? [event] : []);
  expect(JSON.parse(calls[0]?.Entries[0]?.Detail ?? '')).toEqual(toOrderEvent(confirmed, traceparent));
});
