import { LRUCache } from 'lru-cache';
import type { Product } from '../domain/product.ts';
import type { ProductReader } from '../ports/products.ts';
import type { Counter, Meter } from '../ports/runtime.ts';

interface Kept {
  readonly product: Product | undefined;
}

// What the library calls it, and what it means here. A refresh is an entry that had expired and was asked for again.
const counterOf: Partial<Record<string, Counter>> = {
  hit: 'CacheHits',
  miss: 'CacheMisses',
  stale: 'CacheMisses',
  refresh: 'CacheMisses',
  inflight: 'CacheCollapsed',
};

/**
 * Keeps single products in this environment for `ttlMs`, and asks the store once however many ask at the same time.
 * A product that is missing is remembered too: a storm of requests for nothing is still one read.
 */
export function cachedProducts(reader: ProductReader, settings: { ttlMs: number; meter: Meter }): ProductReader {
  const cache = new LRUCache<string, Kept>({
    max: 1_000,
    ttl: Math.max(1, settings.ttlMs),
    fetchMethod: async (sku) => ({ product: await reader.find(sku) }),
  });
  return {
    async find(sku) {
      if (settings.ttlMs === 0) return reader.find(sku);
      const status: LRUCache.Status<string, Kept> = {};
      const kept = await cache.fetch(sku, { status });
      const counter = counterOf[status.fetch ?? 'miss'];
      if (counter) settings.meter.count(counter);
      return kept?.product;
    },
    list: (limit, after) => reader.list(limit, after),
  };
}
