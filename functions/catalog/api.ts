import { createHash } from 'node:crypto';
import * as z from 'zod';
import { buildCacheControl, type CacheTimes, stockSeconds } from '../contracts/cache-control.ts';
import { pageQuery } from '../contracts/http.ts';
import type { HttpEvent } from '../contracts/http-event.ts';
import { toEtag, toProductResource } from '../contracts/product-resource.ts';
import type { ProductReader } from '../ports/products.ts';
import type { Clock, Meter } from '../ports/runtime.ts';
import type { SalesReader } from '../ports/views.ts';
import { cacheTimesEnv, toCacheTimes } from '../runtime/cache-times.ts';
import { failFast } from '../runtime/fail-fast.ts';
import type { HttpAnswer, HttpApi, RouteHandler } from '../runtime/http.ts';
import { validate } from '../runtime/json-body.ts';
import { httpApi } from '../runtime/orders-http.ts';
import { cachedProducts } from './product-cache.ts';
import { estimateStock, findProduct, listProducts } from './read-products.ts';

/** Cache settings of the stage. */
export const cacheEnv = { ...cacheTimesEnv, CACHE_FUNCTION_MS: z.coerce.number().int().min(0) };

type CacheSettings = Readonly<Record<keyof typeof cacheEnv, number>>;

export interface CatalogApiPorts {
  /** Must read consistently: after an invalidation, the old row must not fill a cache again. */
  readonly products: ProductReader;
  readonly sales: SalesReader;
  readonly clock: Clock;
  readonly meter: Meter;
}

/** Catalog routes, independent of the cloud. */
export function catalogApi(
  { clock, meter, ...ports }: CatalogApiPorts,
  env: CacheSettings,
  originSecret: string | undefined,
): HttpApi {
  const sales = failFast(ports.sales);
  // Wrapped inside the cache, which keeps answering while the store is unavailable.
  const products = cachedProducts(failFast(ports.products), { ttlMs: env.CACHE_FUNCTION_MS, meter });
  const { productTimes, stockTimes } = readTimes(env);

  const health: RouteHandler = async () => ({ status: 200, body: { status: 'ok' } });

  const listPage: RouteHandler = async ({ event, query }) => {
    const page = await listProducts(validate(pageQuery, query), products);
    const etag = `"${createHash('sha256').update(JSON.stringify(page)).digest('base64url').slice(0, 22)}"`;
    return answerUnlessCached(event, { etag, 'cache-control': buildCacheControl(productTimes) }, page);
  };

  const getProduct: RouteHandler = async ({ event, params }) => {
    const product = await findProduct(params.sku ?? '', products);
    const headers = { etag: toEtag(product), 'cache-control': buildCacheControl(productTimes) };
    return answerUnlessCached(event, headers, toProductResource(product));
  };

  const getStock: RouteHandler = async ({ params }) => ({
    status: 200,
    body: await estimateStock(params.sku ?? '', { products, sales, clock }),
    headers: { 'cache-control': buildCacheControl(stockTimes) },
  });

  const handlers = { health, listProducts: listPage, getProduct, getStock };
  return httpApi('catalog', handlers, { authenticate: neverAuthenticate, originSecret });
}

function readTimes(env: CacheSettings): Readonly<Record<'productTimes' | 'stockTimes', CacheTimes>> {
  const productTimes = toCacheTimes(env);
  // Estimates lag anyway; caching one more second shields the views from the crowd.
  const stockTimes: CacheTimes = {
    ...productTimes,
    browserSeconds: 0,
    edgeSeconds: stockSeconds,
    staleWhileRevalidateSeconds: stockSeconds,
  };
  return { productTimes, stockTimes };
}

/** 304 when the client has this version (RFC 9110: If-None-Match compares weakly). */
function answerUnlessCached(
  event: HttpEvent,
  headers: Record<'etag' | 'cache-control', string>,
  body: unknown,
): HttpAnswer {
  const cached = event.headers['if-none-match']?.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return cached?.includes(headers.etag) || cached?.includes('*')
    ? { status: 304, headers }
    : { status: 200, body, headers };
}

async function neverAuthenticate(): Promise<never> {
  throw new Error('all catalog routes are public; check their access in the route table');
}
