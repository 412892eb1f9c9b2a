import type { ApiService } from '../../../functions/contracts/routes.ts';
import { longestServedSeconds, originReadTimeoutSeconds } from '../checks/check-edge.ts';
import type { Stage } from '../stages/stage-settings.ts';

/** CloudFront's cache policies, for both infrastructure tools. Names lack the stage's prefix. */
export interface CachePolicyRow {
  readonly name: 'products' | 'pages' | 'assets' | 'nothing';
  readonly defaultSeconds: number;
  readonly maxSeconds: number;
  /** Query parameters in the cache key. */
  readonly query: readonly string[];
}

/** Query parameters that change a product response. All others are neither in the cache key nor forwarded. */
const productQuery = ['cursor', 'limit'];
const year = 365 * 86_400;

/**
 * A cache policy for each kind of response. Custom, not AWS's managed ones, so that the template alone defines them.
 * Within a policy the origin's `Cache-Control` decides; no minimum overrides it.
 */
export function cachePolicyRows(stage: Stage): CachePolicyRow[] {
  const { edgeSeconds } = stage.caching.page;
  return [
    // Default 0: a response without `Cache-Control`, such as an error, must not be cached. The maximum also caps how
    // long stale responses are served.
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

/**
 * Request data that the API receives: its own host name, no cookies, and all other headers that the edge function kept.
 */
export const requestPolicyRows: readonly RequestPolicyRow[] = [
  { name: 'api-requests', query: 'all' },
  // A forwarded parameter that is not in the cache key would change the shared cached response.
  { name: 'products-requests', query: 'none' },
];

export interface HeadersPolicyRow {
  readonly name: 'pages-headers' | 'api-headers';
  readonly contentSecurityPolicy: string;
}

/** Security headers of every response. `signInOrigins`: origins of the identity provider. */
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
  // JSON is no page; if a browser is tricked into rendering it, nothing in it runs.
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

/** The default first, then in the order in which CloudFront tries them. */
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

/** CloudFront caches errors for 10 s by default, even for uncached paths. */
export const uncachedErrors = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504];

/** An origin for each service: behind Function URLs, and on the other clouds. */
export const ownOrigins: Readonly<Record<ApiService, string>> = {
  catalog: 'catalog',
  intake: 'intake',
  stock: 'stock',
};

/** One origin for all services behind an HTTP API; one per service behind Function URLs. */
export const originIds = ({ api }: Stage): Readonly<Record<ApiService, string>> =>
  api.kind === 'http-api' ? { catalog: 'api', intake: 'api', stock: 'api' } : ownOrigins;

/** How CloudFront connects to an API. */
export const apiConnection = (stage: Stage) => ({
  originProtocolPolicy: 'https-only',
  originSslProtocols: ['TLSv1.2'],
  // Longer than the API's own timeouts, so that its response always arrives.
  originReadTimeout: originReadTimeoutSeconds(stage),
  originKeepaliveTimeout: 60,
});
export const apiAttempts = { connectionAttempts: 2, connectionTimeout: 3 };
