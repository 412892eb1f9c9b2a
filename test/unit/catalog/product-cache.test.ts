import { expect, test, vi } from 'vitest';
import { cachedProducts } from '../../../functions/catalog/product-cache.ts';
import type { Product } from '../../../functions/domain/product.ts';
import { offer } from '../../support/actions.ts';
import { memorySystem } from '../../support/memory-system.ts';

async function cachedShop(ttlMs: number) {
  const system = memorySystem();
  await offer(system, 0);
  const find = vi.fn(system.ports.products.find);
  const products = cachedProducts({ ...system.ports.products, find }, { ttlMs, meter: system.ports.meter });
  return { ...system, find, products };
}

test('asks the store once for 500 simultaneous misses, and everybody gets the answer', async () => {
  const { products, find, count } = await cachedShop(60_000);
  const answers = await Promise.all(Array.from({ length: 500 }, () => products.find('lamp')));
  expect(find).toHaveBeenCalledTimes(1);
  expect(new Set(answers.map((product) => product?.sku))).toEqual(new Set(['lamp']));
  expect([count('CacheMisses'), count('CacheCollapsed'), count('CacheHits')]).toEqual([1, 499, 0]);
});

test('answers from memory until the time is over, and from the store after it', async () => {
  const { products, find, ports } = await cachedShop(50);
  await products.find('lamp');
  const details = { name: 'Lamp', unitPrice: 5, currency: 'EUR' as const, changedAt: '2026-11-27T10:00:00.000Z' };
  await ports.products.change('lamp', 1, details);
  expect((await products.find('lamp'))?.unitPrice).toBe(1_999);
  await vi.waitFor(async () => expect((await products.find('lamp'))?.unitPrice).toBe(5));
  expect(find).toHaveBeenCalledTimes(2);
});

test('remembers that a product is missing', async () => {
  const { products, find } = await cachedShop(60_000);
  expect([await products.find('ghost'), await products.find('ghost')]).toEqual([undefined, undefined]);
  expect(find).toHaveBeenCalledTimes(1);
});

test('forgets a failure at once', async () => {
  const { products, find } = await cachedShop(60_000);
  find.mockRejectedValueOnce(new Error('the store is away'));
  await expect(products.find('lamp')).rejects.toThrow('the store is away');
  expect(((await products.find('lamp')) as Product).sku).toBe('lamp');
});

test('keeps nothing when the stage says 0', async () => {
  const { products, find } = await cachedShop(0);
  await products.find('lamp');
  await products.find('lamp');
  expect(find).toHaveBeenCalledTimes(2);
});
