import { expect, test } from 'vitest';
import { breakerStore } from '../../../../functions/adapters/aws/breaker.ts';
import { documents } from '../../../../functions/adapters/aws/clients/dynamodb-client.ts';
import { liveGeneration } from '../../../../functions/adapters/aws/generation.ts';
import { fencedNotes } from '../../../../functions/adapters/aws/lease.ts';
import { orderStore } from '../../../../functions/adapters/aws/orders.ts';
import { productReader } from '../../../../functions/adapters/aws/products.ts';
import { salesViews } from '../../../../functions/adapters/aws/views.ts';
import { script } from '../../../support/scripted-client.ts';

// Each decides what happens next: an old answer would lose or repeat something.
test.each<[string, () => Promise<unknown>]>([
  ['an order', () => orderStore('orders').find('order-1')],
  ['the guard row of an order', () => salesViews('views', async () => '').counted('order-1')],
  ['a note', () => fencedNotes('coordination').read('sweeper')],
  ['a breaker', () => breakerStore('coordination').read('partner')],
  ['the live generation', liveGeneration('views')],
  ['a product before it fills a cache', () => productReader('catalog', { consistent: true }).find('lamp')],
  ['the products before they fill a cache', () => productReader('catalog', { consistent: true }).list(10)],
])('reads %s consistently', async (_, read) => {
  const calls = script<{ readonly ConsistentRead?: boolean }>(documents, {});
  await read();
  expect(calls.map(({ ConsistentRead }) => ConsistentRead)).toEqual([true]);
});
