import type { RouteRow } from './route.ts';

export { type Access, toPathPattern } from './route.ts';

/** The only route table: the API, the gateways, the OpenAPI document and the tests derive from it. */
export type ApiService = 'catalog' | 'intake' | 'stock';

export interface Route extends RouteRow {
  readonly service: ApiService;
  /** The stage's throttle that applies. */
  readonly throttle: 'read' | 'write' | 'admin';
  readonly summary: string;
}

export const routes = [
  {
    name: 'health',
    method: 'GET',
    path: '/health',
    service: 'catalog',
    access: 'public',
    throttle: 'read',
    summary: 'Answers 200 while the API is up',
  },
  {
    name: 'listProducts',
    method: 'GET',
    path: '/products',
    service: 'catalog',
    access: 'public',
    throttle: 'read',
    summary: 'Lists products by page',
  },
  {
    name: 'getProduct',
    method: 'GET',
    path: '/products/{sku}',
    service: 'catalog',
    access: 'public',
    throttle: 'read',
    summary: 'Reads one product; 304 when the ETag still matches',
  },
  {
    name: 'getStock',
    method: 'GET',
    path: '/products/{sku}/stock',
    service: 'catalog',
    access: 'public',
    throttle: 'read',
    summary: 'Estimates the remaining stock from the views',
  },
  {
    name: 'putProduct',
    method: 'PUT',
    path: '/products/{sku}',
    service: 'stock',
    access: 'admin',
    throttle: 'admin',
    summary: 'Creates a product, or changes it when If-Match has its version',
  },
  {
    name: 'restock',
    method: 'POST',
    path: '/products/{sku}/stock',
    service: 'stock',
    access: 'admin',
    throttle: 'admin',
    summary: 'Supplies units once per Idempotency-Key',
  },
  {
    name: 'placeOrder',
    method: 'POST',
    path: '/orders',
    service: 'intake',
    access: 'customer',
    throttle: 'write',
    summary: 'Accepts an order once per Idempotency-Key',
  },
  {
    name: 'listOrders',
    method: 'GET',
    path: '/orders',
    service: 'intake',
    access: 'customer',
    throttle: 'read',
    summary: "Lists the customer's own orders, newest first",
  },
  {
    name: 'getOrder',
    method: 'GET',
    path: '/orders/{orderId}',
    service: 'intake',
    access: 'customer',
    throttle: 'read',
    summary: "Reads one of the customer's own orders",
  },
  {
    name: 'cancelOrder',
    method: 'DELETE',
    path: '/orders/{orderId}',
    service: 'intake',
    access: 'customer',
    throttle: 'write',
    summary: "Cancels one of the customer's own orders; confirmed stock is returned",
  },
] as const satisfies readonly Route[];

export type RouteName = (typeof routes)[number]['name'];
