import { randomUUID } from 'node:crypto';
import type { ProductReader, ProductWriter } from '../../../../functions/ports/products.ts';

const increments = 20;

/** Twenty concurrent writers add 1 to one number, by the store's compare and set. Returns the final number. */
export async function countTo20(products: ProductReader & ProductWriter): Promise<number> {
  const sku = `counter-${randomUUID().slice(0, 8)}`;
  const changedAt = '2026-11-27T09:00:00.000Z';
  const details = { name: 'Counter', currency: 'EUR' as const, changedAt };
  await products.create({ sku, ...details, unitPrice: 0, version: 1, shardCount: 1, supplied: 0 });

  async function increment(): Promise<void> {
    for (;;) {
      const before = await products.find(sku);
      if (!before) throw new Error(`${sku} is gone`);
      const after = await products.change(sku, before.version, { ...details, unitPrice: before.unitPrice + 1 });
      if (after) return;
    }
  }

  await Promise.all(Array.from({ length: increments }, increment));
  return (await products.find(sku))?.unitPrice ?? Number.NaN;
}

/** @throws {Error} when updates are lost: no other result of such a backend proves anything */
export async function assertNoLostUpdates(name: string, products: ProductReader & ProductWriter): Promise<void> {
  const counted = await countTo20(products);
  if (counted === increments) return;
  throw new Error(`${name} loses updates: ${increments} concurrent increments ended at ${counted}`);
}
