import { expect, test } from 'vitest';
import { estimateStock } from '../../../functions/catalog/read-products.ts';
import type { Product } from '../../../functions/domain/product.ts';
import { noSales } from '../../../functions/domain/sales.ts';

// A function is frozen after its answer: reads that are still running fail when it resumes.
test.each([
  ['the product cannot be read', 'products'],
  ['the sales cannot be read', 'sales'],
])('leaves no read running when %s', async (_, failing) => {
  const ends: (() => void)[] = [];
  const later = <Value>(value: Value) => new Promise<Value>((resolve) => ends.push(() => resolve(value)));
  const read = <Value>(name: string, value: Value) =>
    name === failing ? Promise.reject(new Error(`${name} failed`)) : later(value);
  const ports = {
    products: { find: () => read('products', { supplied: 5 } as Product), list: async () => ({ products: [] }) },
    sales: { toSales: () => read('sales', noSales) },
    clock: { now: () => '2026-11-27T09:00:00.000Z' },
  };
  let answered = false;
  const answer = estimateStock('lamp', ports).finally(() => {
    answered = true;
  });
  answer.catch(() => {});
  await new Promise(setImmediate);
  expect(answered).toBe(false);
  for (const end of ends) end();
  await expect(answer).rejects.toThrow(`${failing} failed`);
});
