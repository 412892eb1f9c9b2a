import { expect, test } from 'vitest';
import { documents } from '../../../../functions/adapters/aws/dynamodb-client.ts';
import { orderLedger } from '../../../../functions/adapters/aws/ledger.ts';
import { toOrderEvent } from '../../../../functions/contracts/order-event.ts';
import { confirmOrder, placeOrder } from '../../../../functions/domain/order.ts';
import { traceparent } from '../../../support/memory-system.ts';
import { script } from '../../../support/scripted-client.ts';

const at = '2026-11-27T09:00:00.000Z';
const item = { customer: 'ada', sku: 'lamp', quantity: 1, unitPrice: 1, currency: 'EUR' as const, shardCount: 1 };

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html */
const maxItems = 100;

test('commits as many orders together as it promises, in one transaction that DynamoDB takes', async () => {
  const ledger = orderLedger({ orders: 'orders', stock: 'stock' });
  const transitions = Array.from({ length: ledger.maxPerTransaction }, (_, number) => {
    const orderId = `6c1f1c55-6f0b-5f3e-9c7a-${String(number).padStart(12, '0')}`;
    const before = placeOrder({ ...item, orderId }, at);
    const after = confirmOrder(before, [{ shard: 0, quantity: 1 }], at);
    return { before, after, event: toOrderEvent(after, traceparent) };
  });
  const calls = script<{ readonly TransactItems: readonly object[] }>(documents, {});
  expect(await ledger.commitTogether(transitions)).toBe('committed');
  expect(calls.map(({ TransactItems }) => TransactItems.length)).toEqual([2 * transitions.length + 1]);
  expect(2 * transitions.length + 1).toBeLessThanOrEqual(maxItems);
  expect(2 * (transitions.length + 1) + 1).toBeGreaterThan(maxItems);
});
