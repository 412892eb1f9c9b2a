import * as z from 'zod';
import type { CacheTimes } from '../contracts/cache-control.ts';

const seconds = z.coerce.number().int().min(0);

/** How long the stage lets public answers be cached. */
export const cacheTimesEnv = {
  CACHE_BROWSER_SECONDS: seconds,
  CACHE_EDGE_SECONDS: seconds,
  CACHE_STALE_SECONDS: seconds,
  CACHE_ERROR_SECONDS: seconds,
};
export type CacheTimesSettings = Readonly<Record<keyof typeof cacheTimesEnv, number>>;

export const toCacheTimes = (env: CacheTimesSettings): CacheTimes => ({
  browserSeconds: env.CACHE_BROWSER_SECONDS,
  edgeSeconds: env.CACHE_EDGE_SECONDS,
  staleWhileRevalidateSeconds: env.CACHE_STALE_SECONDS,
  staleIfErrorSeconds: env.CACHE_ERROR_SECONDS,
});
