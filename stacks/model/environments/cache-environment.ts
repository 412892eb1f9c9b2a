import type { Stage } from '../stages/stage-settings.ts';

/** The stage's cache times, for functions that send `Cache-Control` and cache products themselves. */
export function cacheEnvironment(stage: Stage): Record<string, string> {
  return { ...cacheTimesEnvironment(stage), ...functionCacheEnvironment(stage) };
}

/** The stage's cache times, for functions that send `Cache-Control`. */
export function cacheTimesEnvironment({ caching }: Stage): Record<string, string> {
  const { browserSeconds, edgeSeconds, staleWhileRevalidateSeconds, staleIfErrorSeconds } = caching.product;
  return {
    CACHE_BROWSER_SECONDS: String(browserSeconds),
    CACHE_EDGE_SECONDS: String(edgeSeconds),
    CACHE_STALE_SECONDS: String(staleWhileRevalidateSeconds),
    CACHE_ERROR_SECONDS: String(staleIfErrorSeconds),
  };
}

/** How long functions cache a product; an invalidation must wait this long. */
export function functionCacheEnvironment({ caching }: Pick<Stage, 'caching'>): Record<string, string> {
  return { CACHE_FUNCTION_MS: String(caching.product.functionMs) };
}
