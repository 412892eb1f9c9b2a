import { expect, test } from 'vitest';
import { putProduct } from '../../../functions/stock/put-product.ts';
import { offer } from '../../support/actions.ts';
import { memorySystem } from '../../support/memory-system.ts';

test('keeps the shard count when the peak changes, since accepted orders rely on it', async () => {
  const system = memorySystem();
  await offer(system, 10, { shards: 4 });
  const body = { name: 'Lamp', unitPrice: 1_499, currency: 'EUR' as const, peakOrdersPerSecond: 6_400 };
  const { product } = await putProduct('lamp', body, 1, system.ports);
  expect(product).toMatchObject({ unitPrice: 1_499, version: 2, shardCount: 4, supplied: 10 });
});
