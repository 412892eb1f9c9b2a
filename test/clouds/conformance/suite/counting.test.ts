import { expect, test } from 'vitest';
import { memorySystem } from '../../../support/memory-system.ts';
import { assertNoLostUpdates } from './counting.ts';

test('rejects a backend that loses updates, with the count', async () => {
  const { products } = memorySystem().ports;
  // Reads, waits, and writes without a check for writes in between.
  const careless: typeof products = {
    ...products,
    async change(sku, _version, details) {
      const before = await products.find(sku);
      await new Promise(setImmediate);
      const now = await products.find(sku);
      return before && now && products.change(sku, now.version, details);
    },
  };
  await expect(assertNoLostUpdates('careless', careless)).rejects.toThrow(
    /^careless loses updates: 20 .* ended at \d+$/,
  );
});

test('accepts a backend that compares and sets', async () => {
  await expect(assertNoLostUpdates('memory', memorySystem().ports.products)).resolves.toBeUndefined();
});
