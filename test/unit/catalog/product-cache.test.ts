import { describe, expect, test, vi } from 'vitest';
import { cachedProducts } from '../../../functions/catalog/product-cache.ts';
import type { Product } from '../../../functions/domain/product.ts';
import { offer } from '../../support/actions.ts';
import { memorySystem } from '../../support/memory-system.ts';
import { deferred } from '../platform/stub.ts';

async function cachedShop(ttlMs: number, now?: () => number) {
  const system = memorySystem();
  await offer(system, 0);
  const find = vi.fn(system.ports.products.find);
  const products = cachedProducts(
    { ...system.ports.products, find },
    { ttlMs, meter: system.ports.meter, ...(now && { now }) },
  );
  return { ...system, find, products };
}

test('reads the store once for 500 concurrent misses, and answers all of them', async () => {
  const { products, find, count } = await cachedShop(60_000);
  const answers = await Promise.all(Array.from({ length: 500 }, () => products.find('lamp')));
  expect(find).toHaveBeenCalledTimes(1);
  expect(new Set(answers.map((product) => product?.sku))).toEqual(new Set(['lamp']));
  expect([count('CacheMisses'), count('CacheCollapsed'), count('CacheHits')]).toEqual([1, 499, 0]);
});

test('answers from memory until the TTL expires, then from the store', async () => {
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

test('does not cache a failure', async () => {
  const { products, find } = await cachedShop(60_000);
  find.mockRejectedValueOnce(new Error('the store is down'));
  await expect(products.find('lamp')).rejects.toThrow('the store is down');
  expect(((await products.find('lamp')) as Product).sku).toBe('lamp');
});

test('caches nothing when the TTL is 0', async () => {
  const { products, find } = await cachedShop(0);
  await products.find('lamp');
  await products.find('lamp');
  expect(find).toHaveBeenCalledTimes(2);
});

describe('an answer was read at most the TTL before its request', () => {
  const details = { name: 'Lamp', unitPrice: 5, currency: 'EUR' as const, changedAt: '2026-11-27T10:00:00.000Z' };

  /** A store whose next read waits for the gate, and returns the row from the start of the read. */
  async function slowShop() {
    const clock = { ms: 0 };
    const shop = await cachedShop(200, () => clock.ms);
    const gate = deferred();
    shop.find.mockImplementationOnce(async (sku) => {
      const old = await shop.ports.products.find(sku);
      await gate.promise;
      return old;
    });
    return { ...shop, clock, gate };
  }

  test.each([
    [199, 1_999],
    [201, 5],
  ])('counts the time in the store: %d ms after its start, a slow read gives %d', async (ms, price) => {
    const { products, ports, clock, gate } = await slowShop();
    const first = products.find('lamp');
    await ports.products.change('lamp', 1, details);
    clock.ms = 150;
    gate.resolve();
    await first;
    clock.ms = ms;
    expect((await products.find('lamp'))?.unitPrice).toBe(price);
  });

  test('does not join an older read; callers that joined earlier get its answer, which is not cached', async () => {
    const { products, ports, clock, gate, find } = await slowShop();
    const early = [products.find('lamp'), products.find('lamp')];
    await ports.products.change('lamp', 1, details);
    clock.ms = 201;
    expect((await products.find('lamp'))?.unitPrice).toBe(5);
    gate.resolve();
    expect((await Promise.all(early)).map((product) => product?.unitPrice)).toEqual([1_999, 1_999]);
    expect((await products.find('lamp'))?.unitPrice).toBe(5);
    expect(find).toHaveBeenCalledTimes(2);
  });
});
