import type { ApiService } from '../../../functions/contracts/routes.ts';
import { longestServedSeconds, originReadTimeoutSeconds } from '../checks/check-edge.ts';
import type { Stage } from '../stages/stage-settings.ts';

/** What the CDN keeps and sends on, as both infrastructure tools write it. Names are without the stage's. */
export interface CachePolicyRow {
  readonly name: 'products' | 'pages' | 'assets' | 'nothing';
  readonly defaultSeconds: number;
  readonly maxSeconds: number;
  /** The query parameters that are part of the key. */
  readonly query: readonly string[];
}

/** The query parameters that change a product answer. Anything else in a query is neither keyed nor sent on. */
const productQuery = ['cursor', 'limit'];
const year = 365 * 86_400;

/**
 * A cache policy for each kind of answer. They are our own, and not AWS's managed ones, so that the template alone says
 * what they do. Within them the origin's `Cache-Control` decides; no minimum overrules it.
 */
export function cachePolicyRows(stage: Stage): CachePolicyRow[] {
  const { edgeSeconds } = stage.caching.page;
  return [
    // An answer that says nothing is not kept: an error or a forgotten header must not become a cached page. Stale
    // answers are served up to the maximum, whatever `Cache-Control` allows beyond it.
    { name: 'products', defaultSeconds: 0, maxSeconds: longestServedSeconds(stage), query: productQuery },
    { name: 'pages', defaultSeconds: edgeSeconds, maxSeconds: edgeSeconds, query: [] },
    { name: 'assets', defaultSeconds: year, maxSeconds: year, query: [] },
    { name: 'nothing', defaultSeconds: 0, maxSeconds: 0, query: [] },
  ];
}

export interface RequestPolicyRow {
  readonly name: 'api-requests' | 'products-requests';
  readonly query: 'all' | 'none';
}

/** What the API sees of a request: its own host name, no cookies, everything else that the edge function left. */
export const requestPolicyRows: readonly RequestPolicyRow[] = [
  { name: 'api-requests', query: 'all' },
  // A query that is not in the cache's key would change an answer that is kept without it.
  { name: 'products-requests', query: 'none' },
];

export interface HeadersPolicyRow {
  readonly name: 'pages-headers' | 'api-headers';
  readonly contentSecurityPolicy: string;
}

/** What every answer tells the browser, whoever made it. `signInOrigins`: those that sign people in. */
export function headersPolicyRows(signInOrigins: readonly string[]): HeadersPolicyRow[] {
  const pages = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "manifest-src 'self'",
    `connect-src ${["'self'", ...signInOrigins].join(' ')}`,
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ];
  // Nobody should look at JSON as a page; if somebody makes a browser do it, nothing in it runs.
  const api = ["default-src 'none'", "frame-ancestors 'none'"];
  return [
    { name: 'pages-headers', contentSecurityPolicy: pages.join('; ') },
    { name: 'api-headers', contentSecurityPolicy: api.join('; ') },
  ];
}

export const hiddenHeaders = ['server', 'x-powered-by'];
export const strictTransportSeconds = year;

export interface BehaviorRow {
  readonly pattern: string;
  readonly originId: string;
  readonly viewers: 'https-only' | 'redirect-to-https';
  readonly methods: readonly string[];
  readonly cachePolicy: CachePolicyRow['name'];
  readonly requestPolicy: RequestPolicyRow['name'] | null;
  readonly headersPolicy: HeadersPolicyRow['name'];
  readonly compress: boolean;
}

export const storefrontOrigin = 'storefront';
const everyMethod = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'];
export const reads = ['GET', 'HEAD'];

/** The default first; then in the order in which CloudFront tries them. */
export function behaviorRows(origin: Readonly<Record<ApiService, string>>): [BehaviorRow, ...BehaviorRow[]] {
  const uncached = {
    originId: origin.intake,
    viewers: 'https-only',
    methods: everyMethod,
    cachePolicy: 'nothing',
    requestPolicy: 'api-requests',
    headersPolicy: 'api-headers',
    compress: false,
  } as const;
  const page = {
    originId: storefrontOrigin,
    viewers: 'redirect-to-https',
    methods: reads,
    cachePolicy: 'pages',
    requestPolicy: null,
    headersPolicy: 'pages-headers',
    compress: true,
  } as const;
  const products = { cachePolicy: 'products', requestPolicy: 'products-requests', compress: true } as const;
  return [
    { ...page, pattern: '*' },
    { ...uncached, pattern: '/orders*' },
    { ...uncached, ...products, pattern: '/products*', originId: origin.catalog },
    { ...uncached, pattern: '/health', originId: origin.catalog, methods: reads },
    { ...page, pattern: '/assets/*', cachePolicy: 'assets' },
  ];
}

/** CloudFront keeps an error for 10 s unless told otherwise, under a path that is never kept too. */
export const uncachedErrors = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504];

/** One origin for all services behind an HTTP API; one for each behind Function URLs. */
export const originIds = ({ api }: Stage): Readonly<Record<ApiService, string>> =>
  api.kind === 'http-api'
    ? { catalog: 'api', intake: 'api', stock: 'api' }
    : { catalog: 'catalog', intake: 'intake', stock: 'stock' };

/** How CloudFront speaks to an API. */
export const apiConnection = (stage: Stage) => ({
  originProtocolPolicy: 'https-only',
  originSslProtocols: ['TLSv1.2'],
  // The API answers or fails by itself before CloudFront gives up on it.
  originReadTimeout: originReadTimeoutSeconds(stage),
  originKeepaliveTimeout: 60,
});
export const apiAttempts = { connectionAttempts: 2, connectionTimeout: 3 };
