import type { HttpResult } from '../contracts/http-event.ts';
import { type ApiService, type Route, routes } from '../contracts/routes.ts';
import { rehearsalSku } from '../domain/rehearsal.ts';
import type { Request } from './lambda-events.ts';

/** Sends a request to a service. */
export type Ask = (service: ApiService, request: Request) => Promise<HttpResult>;

/** Enough for all concurrent rehearsals: each returns its unit. */
const supply = 1_000;
const readsOfProducts = (routes as readonly Route[]).filter(
  ({ method, path }) => method === 'GET' && path.startsWith('/products/{sku}'),
);
const body = { name: 'Rehearsal of a release', unitPrice: 0, currency: 'EUR' };

/** The fields of an answer that a rehearsal reads. A version that omits one fails the next step. */
interface Answer {
  readonly orderId?: string;
  readonly state?: string;
}

/** Throws with the answer when a request gets another status than expected. */
async function expectStatus(asked: Promise<HttpResult>, what: string, ...wanted: readonly number[]): Promise<Answer> {
  const { statusCode, body: answer = '{}' } = await asked;
  if (!wanted.includes(statusCode))
    throw new Error(`${what}: answered ${statusCode}, must be ${wanted.join(' or ')}: ${answer.slice(0, 500)}`);
  return JSON.parse(answer) as Answer;
}

/** The actions of a customer and an administrator, through the API's functions. */
export function shop(ask: Ask) {
  const path = `/products/${rehearsalSku}`;
  return {
    /** Creates the hidden product with units; a repeat changes nothing. */
    async prepare(): Promise<void> {
      // 409: it exists already.
      await expectStatus(ask('stock', { method: 'PUT', path, body }), 'PUT product', 200, 201, 409);
      const headers = { 'idempotency-key': 'first-supply' };
      const request = { method: 'POST', path: `${path}/stock`, body: { quantity: supply }, headers };
      await expectStatus(ask('stock', request), 'POST stock', 200);
    },
    async place(key: string): Promise<string> {
      const headers = { 'idempotency-key': key };
      const request = { method: 'POST', path: '/orders', body: { sku: rehearsalSku, quantity: 1 }, headers };
      const { orderId = '' } = await expectStatus(ask('intake', request), 'POST order', 202);
      return orderId;
    },
    async readState(orderId: string): Promise<string> {
      const asked = ask('intake', { method: 'GET', path: `/orders/${orderId}` });
      const { state = 'unknown' } = await expectStatus(asked, 'GET order', 200);
      return state;
    },
    async cancel(orderId: string): Promise<void> {
      const asked = ask('intake', { method: 'DELETE', path: `/orders/${orderId}` });
      const { state } = await expectStatus(asked, 'DELETE order', 200);
      if (state !== 'CANCELLED') throw new Error(`DELETE order: the order is ${state}, must be CANCELLED`);
    },
    browse: () => expectUnlisted(ask),
    expectHidden: (service: string) => expectHidden(ask, service),
  };
}

/** The list answers, and does not show the hidden product. */
async function expectUnlisted(ask: Ask): Promise<void> {
  const list = await expectStatus(ask('catalog', { method: 'GET', path: '/products' }), 'GET products', 200);
  if (JSON.stringify(list).includes(`"${rehearsalSku}"`))
    throw new Error(`GET products: lists ${rehearsalSku}, which must be hidden`);
}

/** No read of a product finds the hidden one. */
async function expectHidden(ask: Ask, service: string): Promise<void> {
  for (const read of readsOfProducts.filter((route) => route.service === service)) {
    const request = { method: 'GET', path: read.path.replace('{sku}', rehearsalSku) };
    await expectStatus(ask(read.service, request), `GET ${read.path}`, 404);
  }
}
