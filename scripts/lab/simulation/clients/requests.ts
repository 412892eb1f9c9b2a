import type { HttpEvent } from '../../../../functions/contracts/http-event.ts';
import type { ApiService } from '../../../../functions/contracts/routes.ts';
import { issuer, issueToken } from '../world/issuer.ts';
import { hashText } from '../world/random.ts';

/** A request before it is turned into an event. */
export interface Request {
  readonly service: ApiService;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  /** Verified claims; absent on public routes. */
  readonly customer?: string;
  readonly groups?: readonly string[];
  /** True if the token's signature is not the issuer's. */
  readonly isForged?: boolean;
}

/** All attempts of a request share a trace; each is its own span. */
export function traceparentOf(name: string, attempt: number): string {
  const hex = (text: string) => ((hashText(text) | 1) >>> 0).toString(16).padStart(8, '0');
  const traceId = ['a', 'b', 'c', 'd'].map((part) => hex(`${name} ${part}`)).join('');
  return `00-${traceId}-${hex(`${name} ${attempt}`)}${hex(`${attempt}`)}-01`;
}

/** Builds the event that API Gateway sends once its authorizer has verified the token. */
export function toEvent(request: Request, traceparent: string) {
  const { method, path, query, body, headers } = request;
  const { authorization, authorizer } = signedIn(request);
  return {
    rawPath: path,
    headers: { traceparent, ...(body && { 'content-type': 'application/json' }), ...authorization, ...headers },
    ...(query && { queryStringParameters: query }),
    ...(body && { body: JSON.stringify(body) }),
    isBase64Encoded: false,
    requestContext: { http: { method }, ...authorizer },
  } satisfies HttpEvent;
}

const tokens = new Map<string, { authorization?: object; authorizer?: object }>();

/** A token, with its claims as text, as the authorizer passes them on. */
function signedIn({ customer, groups, isForged = false }: Request) {
  if (customer === undefined) return {};
  const name = `${customer} ${groups?.join()}${isForged ? ' forged' : ''}`;
  const found = tokens.get(name);
  if (found) return found;
  const claims = { iss: issuer.url, sub: customer, jti: name, iat: 1_700_000_000, exp: 4_000_000_000 };
  const own = { ...claims, aud: issuer.audience, 'cognito:groups': groups };
  const token = issueToken(own, isForged ? Buffer.from('forged') : undefined);
  const texts = Object.fromEntries(Object.entries(claims).map(([claim, value]) => [claim, String(value)]));
  const made = {
    authorization: { authorization: `Bearer ${token}` },
    authorizer: { authorizer: { jwt: { claims: texts } } },
  };
  tokens.set(name, made);
  return made;
}

const administrator = { customer: 'admin', groups: ['admin'] };

export const requests = {
  post: ({
    customer,
    key,
    sku,
    quantity,
  }: {
    customer: string;
    key: string;
    sku: string;
    quantity: number;
  }): Request => ({
    ...{ service: 'intake', method: 'POST', path: '/orders', customer },
    ...{ headers: { 'idempotency-key': key }, body: { sku, quantity } },
  }),
  read: (customer: string, orderId: string): Request => ({
    ...{ service: 'intake', method: 'GET', path: `/orders/${orderId}`, customer },
  }),
  cancel: (customer: string, orderId: string): Request => ({
    ...{ service: 'intake', method: 'DELETE', path: `/orders/${orderId}`, customer },
  }),
  listOrders: (customer: string, query: Readonly<Record<string, string>>): Request => ({
    ...{ service: 'intake', method: 'GET', path: '/orders', customer, query },
  }),
  listProducts: (query: Readonly<Record<string, string>>): Request => ({
    ...{ service: 'catalog', method: 'GET', path: '/products', query },
  }),
  readStock: (sku: string): Request => ({ ...{ service: 'catalog', method: 'GET', path: `/products/${sku}/stock` } }),
  putProduct: (sku: string, body: object, version: number | undefined, caller: object = administrator): Request => ({
    ...{ service: 'stock', method: 'PUT', path: `/products/${sku}`, body, ...caller },
    ...(version !== undefined && { headers: { 'if-match': `"${version}"` } }),
  }),
  restock: (sku: string, key: string, quantity: number): Request => ({
    ...{ service: 'stock', method: 'POST', path: `/products/${sku}/stock`, ...administrator },
    ...{ headers: { 'idempotency-key': key }, body: { quantity } },
  }),
};
