import { LRUCache } from 'lru-cache';
import type { Product } from '../domain/product.ts';
import type { ProductReader } from '../ports/products.ts';
import type { Counter, Meter } from '../ports/runtime.ts';

interface Kept {
  readonly product: Product | undefined;
}

export interface ProductCacheSettings {
  readonly ttlMs: number;
  readonly meter: Meter;
  /** Milliseconds that never go back; for tests. */
  readonly now?: () => number;
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
 * Keeps single products in this environment, and asks the store once however many ask at the same time. A product that
 * is missing is remembered too: a storm of requests for nothing is still one read. What it answers was read at most
 * `ttlMs` before it was asked, counted from the read's start: the invalidation of the CDN waits for no longer than that.
 */
export function cachedProducts(reader: ProductReader, settings: ProductCacheSettings): ProductReader {
  const { ttlMs, meter, now = () => performance.now() } = settings;
  const startedAt = new Map<string, number>();
  const cache = new LRUCache<string, Kept>({
    max: 1_000,
    ttl: Math.max(1, ttlMs),
    ttlResolution: 0,
    perf: { now },
    // A read that nobody may join any more still answers those who have.
    ignoreFetchAbort: true,
    fetchMethod: async (sku, _, { options }) => {
      const started = now();
      startedAt.set(sku, started);
      try {
        const product = await reader.find(sku);
        // The library counts from the end of the read, and takes 0 for ever.
        options.ttl = Math.max(1, ttlMs - (now() - started));
        return { product };
      } finally {
        if (startedAt.get(sku) === started) startedAt.delete(sku);
      }
    },
  });
  return {
    async find(sku) {
      if (ttlMs === 0) return reader.find(sku);
      const started = startedAt.get(sku);
      if (started !== undefined && now() - started > ttlMs) cache.delete(sku);
      const status: LRUCache.Status<string, Kept> = {};
      const kept = await cache.fetch(sku, { status });
      const counter = counterOf[status.fetch ?? 'miss'];
      if (counter) meter.count(counter);
      return kept?.product;
    },
    list: (limit, after) => reader.list(limit, after),
  };
}
