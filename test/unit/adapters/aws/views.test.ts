import { expect, test } from 'vitest';
import { documents } from '../../../../functions/adapters/aws/clients/dynamodb-client.ts';
import { minuteExpiresAt, salesReader, salesViews } from '../../../../functions/adapters/aws/views.ts';
import { minuteRetentionDays } from '../../../../functions/contracts/view.ts';
import { noSales } from '../../../../functions/domain/sales.ts';
import { RetryLater } from '../../../../functions/ports/retry-later.ts';
import type { Count } from '../../../../functions/ports/views.ts';
import { traceparent } from '../../../support/memory-system.ts';
import { script } from '../../../support/scripted-client.ts';

interface Read {
  readonly RequestItems: { readonly views: { readonly Keys: readonly object[]; readonly ConsistentRead?: boolean } };
}

const unprocessed = ({ RequestItems }: Read) => ({
  Responses: { views: [] },
  UnprocessedKeys: { views: { Keys: RequestItems.views.Keys.slice(0, 1) } },
});
const nothing = { Responses: { views: [] }, UnprocessedKeys: {} };
const live = async () => '';

test('never takes an unprocessed key for a missing row', async () => {
  script(documents, unprocessed);
  await expect(salesViews('views', live).countedOf(['order-1'])).rejects.toThrow(RetryLater);
  await expect(salesReader('views').toSales('lamp')).rejects.toThrow(RetryLater);
});

test('reads at most 100 guard rows in a call, consistently', async () => {
  const calls = script<Read>(documents, nothing);
  await salesViews('views', live).countedOf(Array.from({ length: 230 }, (_, number) => `order-${number}`));
  expect(calls.map(({ RequestItems }) => RequestItems.views.Keys.length)).toEqual([100, 100, 30]);
  expect(calls.every(({ RequestItems }) => RequestItems.views.ConsistentRead)).toBe(true);
});

test('reads the counters of the live generation only, after a swap during the read', async () => {
  const generation = (name: string) => ({ pk: 'VIEWS', sk: 'GENERATION', generation: name });
  const rows = (name: string, confirmedOrders: number) => ({
    Responses: { views: [generation(name), { pk: 'any', sk: 'TOTAL', ...noSales, confirmedOrders }] },
  });
  script(documents, rows('second', 5), rows('second', 7));
  expect(await salesReader('views').toSales('lamp')).toEqual({ ...noSales, confirmedOrders: 7 });
});

test('counts as many orders together as it promises, each in its own minute, in one transaction', async () => {
  const views = salesViews('views', live);
  const counts = Array.from({ length: views.maxPerTransaction }, (_, number) => buildCount(number));
  const calls = script<{ readonly TransactItems: readonly object[] }>(documents, {});
  expect(await views.countTogether(counts)).toBe('committed');
  expect(calls.map(({ TransactItems }) => TransactItems.length)).toEqual([2 * counts.length + 1]);
  expect(2 * counts.length + 1).toBeLessThanOrEqual(100);
  expect(2 * (counts.length + 1) + 1).toBeGreaterThan(100);
});

/** The n-th order of one counter row, accepted in the n-th minute. */
function buildCount(n: number): Count {
  const orderId = `6c1f1c55-6f0b-5f3e-9c7a-0000${(8 * n).toString(16).padStart(8, '0')}`;
  const acceptedAt = `2026-11-27T09:${String(n).padStart(2, '0')}:00.000Z`;
  const order = {
    orderId,
    sku: 'lamp',
    state: 'CONFIRMED',
    version: 2,
    quantity: 1,
    unitPrice: 5,
    acceptedAt,
  } as const;
  return { next: { v: 1, ...order, traceparent }, previousVersion: undefined, change: noSales };
}

test('lets a minute expire after its retention, in epoch seconds', () => {
  const expiresAt = new Date(minuteExpiresAt('2026-11-27T09:00') * 1_000);
  expect(expiresAt.toISOString()).toBe('2026-12-27T09:00:00.000Z');
  expect(minuteRetentionDays).toBe(30);
});
