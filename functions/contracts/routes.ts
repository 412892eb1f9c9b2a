/** The one table of routes: the API, the front door, the OpenAPI document and the tests are made from it. */
export type ApiService = 'catalog' | 'intake' | 'stock';

/** Who may call: anybody, a signed-in customer, or a signed-in customer in the group `admin`. */
export type Access = 'public' | 'customer' | 'admin';

export interface Route {
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** API Gateway path syntax: `{name}` is one segment. */
  readonly path: string;
  readonly service: ApiService;
  readonly access: Access;
  /** Which throttle of the stage applies. */
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
    summary: 'Lists products, a page at a time',
  },
  {
    name: 'getProduct',
    method: 'GET',
    path: '/products/{sku}',
    service: 'catalog',
    access: 'public',
    throttle: 'read',
    summary: 'Reads one product; 304 when the ETag still holds',
  },
  {
    name: 'getStock',
    method: 'GET',
    path: '/products/{sku}/stock',
    service: 'catalog',
    access: 'public',
    throttle: 'read',
    summary: 'Estimates what is left, from the views',
  },
  {
    name: 'putProduct',
    method: 'PUT',
    path: '/products/{sku}',
    service: 'stock',
    access: 'admin',
    throttle: 'admin',
    summary: 'Creates a product, or changes it when If-Match names its version',
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
    summary: 'Cancels an own order; confirmed stock goes back',
  },
] as const satisfies readonly Route[];

export type RouteName = (typeof routes)[number]['name'];
