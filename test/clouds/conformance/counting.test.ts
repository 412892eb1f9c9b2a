import { expect, test } from 'vitest';
import { memorySystem } from '../../support/memory-system.ts';
import { refuseUnlessItCounts } from './counting.ts';

test('a backend that loses updates is refused, with the count', async () => {
  const { products } = memorySystem().ports;
  // Looks, waits, and writes without asking whether anybody else wrote in between.
  const careless: typeof products = {
    ...products,
    async change(sku, _version, details) {
      const before = await products.find(sku);
      await new Promise(setImmediate);
      const now = await products.find(sku);
      return before && now && products.change(sku, now.version, details);
    },
  };
  await expect(refuseUnlessItCounts('careless', careless)).rejects.toThrow(/^careless is refused: 20 .* ended at \d+;/);
});

test('a backend that compares and sets is not', async () => {
  await expect(refuseUnlessItCounts('memory', memorySystem().ports.products)).resolves.toBeUndefined();
});
