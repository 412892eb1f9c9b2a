import type { Stage } from '../stages/stage-settings.ts';

/** The stage's cache times, for the functions that make `Cache-Control` and keep copies of their own. */
export function cacheEnvironment({ caching }: Stage): Record<string, string> {
  const { browserSeconds, edgeSeconds, staleWhileRevalidateSeconds, staleIfErrorSeconds } = caching.product;
  return {
    CACHE_BROWSER_SECONDS: String(browserSeconds),
    CACHE_EDGE_SECONDS: String(edgeSeconds),
    CACHE_STALE_SECONDS: String(staleWhileRevalidateSeconds),
    CACHE_ERROR_SECONDS: String(staleIfErrorSeconds),
    ...functionCacheEnvironment({ caching }),
  };
}

/** How long functions keep a product: who makes the CDN forget one must wait that long. */
export function functionCacheEnvironment({ caching }: Pick<Stage, 'caching'>): Record<string, string> {
  return { CACHE_FUNCTION_MS: String(caching.product.functionMs) };
}
