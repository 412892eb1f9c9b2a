import { LRUCache } from 'lru-cache';
import type { Product } from '../domain/product.ts';
import type { ProductReader } from '../ports/products.ts';
import type { Counter, Meter } from '../ports/runtime.ts';

interface CacheEntry {
  readonly product: Product | undefined;
}

export interface ProductCacheSettings {
  readonly ttlMs: number;
  readonly meter: Meter;
  /** Monotonic milliseconds; overridden in tests. */
  readonly now?: () => number;
}

// By the library's status. `refresh` is a read of an expired entry.
const counters: Partial<Record<string, Counter>> = {
  hit: 'CacheHits',
  miss: 'CacheMisses',
  stale: 'CacheMisses',
  refresh: 'CacheMisses',
  inflight: 'CacheCollapsed',
};

/**
 * Caches single products in this environment and collapses concurrent reads into one. Missing products are cached too,
 * so that a flood of requests for them is one read. An answer's read started at most `ttlMs` before the request: CDN
 * invalidation relies on this bound.
 */
export function cachedProducts(reader: ProductReader, settings: ProductCacheSettings): ProductReader {
  const { ttlMs, meter, now = () => performance.now() } = settings;
  const startedAt = new Map<string, number>();
  const cache = new LRUCache<string, CacheEntry>({
    max: 1_000,
    ttl: Math.max(1, ttlMs),
    ttlResolution: 0,
    perf: { now },
    // A read too old to join still answers the callers that joined earlier.
    ignoreFetchAbort: true,
    fetchMethod: async (sku, _, { options }) => {
      const started = now();
      startedAt.set(sku, started);
      try {
        const product = await reader.find(sku);
        // The library counts from the end of the read, and treats 0 as forever.
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
      const status: LRUCache.Status<string, CacheEntry> = {};
      const entry = await cache.fetch(sku, { status });
      const counter = counters[status.fetch ?? 'miss'];
      if (counter) meter.count(counter);
      return entry?.product;
    },
    list: (limit, after) => reader.list(limit, after),
  };
}
