import { changeDetails } from '../../domain/product.ts';
import type { ProductReader, ProductWriter } from '../../ports/products.ts';
import type { MemoryState } from './state.ts';

export function productReader({ products, turn }: MemoryState): ProductReader {
  return {
    async find(sku) {
      await turn();
      return products.get(sku);
    },

    async list(limit, after) {
      await turn();
      const all = [...products.values()].sort((a, b) => a.sku.localeCompare(b.sku));
      const begin = after === undefined ? 0 : all.findIndex((product) => product.sku > after);
      const page = begin < 0 ? [] : all.slice(begin, begin + limit);
      const last = begin + limit < all.length ? page.at(-1) : undefined;
      return { products: page, ...(last && { next: last.sku }) };
    },
  };
}

export function productWriter({ products, turn }: MemoryState): ProductWriter {
  return {
    async create(product) {
      await turn();
      if (products.has(product.sku)) return false;
      products.set(product.sku, product);
      return true;
    },

    async change(sku, expectedVersion, details) {
      await turn();
      const product = products.get(sku);
      if (product?.version !== expectedVersion) return undefined;
      const changed = changeDetails(product, details);
      products.set(sku, changed);
      return changed;
    },
  };
}
