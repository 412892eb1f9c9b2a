import { routes } from '../../../functions/contracts/routes.ts';

/** Methods and headers that a browser page may send and read. */
export const corsMethods = [...new Set(routes.map((route) => route.method))];
export const corsRequestHeaders = [
  'authorization',
  'content-type',
  'idempotency-key',
  'if-match',
  'if-none-match',
  'traceparent',
];
export const corsResponseHeaders = ['etag', 'location', 'retry-after', 'x-trace-id'];
export const corsMaxAgeSeconds = 3600;
