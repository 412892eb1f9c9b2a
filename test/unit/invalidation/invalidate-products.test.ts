import { expect, test, vi } from 'vitest';
import type { Product } from '../../../functions/domain/product.ts';
import { invalidateProducts } from '../../../functions/invalidation/invalidate-products.ts';

const now = '2026-11-27T09:00:00.000Z';
const productOf = (change: Partial<Product> = {}): Product => ({
  ...{
    sku: 'lamp',
    name: 'Lamp',
    unitPrice: 1,
    currency: 'EUR',
    version: 1,
    shardCount: 1,
    supplied: 0,
    changedAt: now,
  },
  ...change,
});

function ports() {
  const invalidate = vi.fn(async (_paths: readonly string[], _reference: string) => {});
  const sleep = vi.fn(async (_ms: number) => {});
  const meter = { count: vi.fn() };
  return { cdn: { invalidate }, sleep, meter, functionCacheMs: 200 };
}

test('requests one invalidation for all changed products and the lists', async () => {
  const p = ports();
  const lamp = { before: productOf(), after: productOf({ version: 2 }) };
  const vase = { before: productOf({ sku: 'vase' }), after: productOf({ sku: 'vase', version: 2 }) };
  await invalidateProducts([lamp, vase, lamp], p);
  expect(p.cdn.invalidate).toHaveBeenCalledTimes(1);
  expect(p.cdn.invalidate.mock.calls[0]?.[0]).toEqual(['/products/lamp', '/products/vase', '/products', '/products?*']);
});

test('requests none for a restock, which does not change the response', async () => {
  const p = ports();
  await invalidateProducts([{ before: productOf(), after: productOf({ supplied: 10 }) }], p);
  expect(p.cdn.invalidate).not.toHaveBeenCalled();
});

test('waits until copies from just before the write have expired, however long the write took', async () => {
  for (const changedAt of [now, '2026-11-27T08:59:00.000Z', '2026-11-27T09:01:00.000Z']) {
    const p = ports();
    p.cdn.invalidate.mockImplementation(async () => expect(p.sleep).toHaveBeenCalledTimes(1));
    await invalidateProducts([{ after: productOf({ version: 2, changedAt }) }], p);
    expect(p.sleep).toHaveBeenCalledWith(250);
    expect(p.cdn.invalidate).toHaveBeenCalledTimes(1);
  }
});

test('does not wait when the functions cache nothing', async () => {
  const p = { ...ports(), functionCacheMs: 0 };
  await invalidateProducts([{ after: productOf({ version: 2 }) }], p);
  expect(p.sleep).not.toHaveBeenCalled();
  expect(p.cdn.invalidate).toHaveBeenCalledTimes(1);
});

test('gives equal changes the same reference, so that a repeated batch is one invalidation', async () => {
  const p = ports();
  const change = { before: productOf(), after: productOf({ version: 2 }) };
  await invalidateProducts([change], p);
  await invalidateProducts([change], p);
  await invalidateProducts([{ before: productOf({ version: 2 }), after: productOf({ version: 3 }) }], p);
  const [first, second, third] = p.cdn.invalidate.mock.calls.map((call) => call[1]);
  expect(second).toBe(first);
  expect(third).not.toBe(first);
});

test('invalidates a removed product', async () => {
  const p = ports();
  await invalidateProducts([{ before: productOf() }], p);
  expect(p.cdn.invalidate.mock.calls[0]?.[0]).toContain('/products/lamp');
});

test('rethrows a failure, so the stream redelivers the batch', async () => {
  const p = ports();
  p.cdn.invalidate.mockRejectedValueOnce(new Error('too many invalidations'));
  await expect(invalidateProducts([{ after: productOf() }], p)).rejects.toThrow('too many invalidations');
});
