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

describe('what it answers was read at most its time before it was asked', () => {
  const details = { name: 'Lamp', unitPrice: 5, currency: 'EUR' as const, changedAt: '2026-11-27T10:00:00.000Z' };

  /** A store whose next read takes until the gate opens, and then brings what was there at its start. */
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
  ])('%d ms after its start, the copy of a slow read gives %d: the time in the store counts', async (ms, price) => {
    const { products, ports, clock, gate } = await slowShop();
    const first = products.find('lamp');
    await ports.products.change('lamp', 1, details);
    clock.ms = 150;
    gate.resolve();
    await first;
    clock.ms = ms;
    expect((await products.find('lamp'))?.unitPrice).toBe(price);
  });

  test('nobody joins a read that began longer ago; those who had joined get its answer, which is not kept', async () => {
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
