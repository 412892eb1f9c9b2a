import { expect, test } from 'vitest';
import { smoke } from '../../../scripts/operations/smoke.ts';

/** A shop that answers by method and path; a list is answered one by one. */
function shop(answers: Readonly<Record<string, readonly (readonly [status: number, body?: object])[]>>) {
  const calls: string[] = [];
  const left = new Map(Object.entries(answers).map(([key, list]) => [key, [...list]]));
  const fake = async (url: URL | string | Request, { method = 'GET' }: RequestInit = {}) => {
    const key = `${method} ${new URL(String(url)).pathname}`;
    calls.push(key);
    const list = left.get(key) ?? [];
    const [status, body] = (list.length > 1 ? list.shift() : list[0]) ?? [404];
    return new Response(body ? JSON.stringify(body) : null, { status });
  };
  const ports = { fetch: fake as typeof fetch, pause: async () => {}, onStep: () => {} };
  return { calls, ports };
}

const open = {
  'GET /health': [[200]],
  'HEAD /products': [[200]],
  'GET /orders': [[401]],
  'POST /orders': [[202, { orderId: 'one' }]],
  'GET /orders/one': [
    [200, { state: 'PENDING' }],
    [200, { state: 'CONFIRMED' }],
  ],
  'DELETE /orders/one': [[200]],
  'PUT /products/smoke-test': [[201]],
  'POST /products/smoke-test/stock': [[201]],
} as const;
const options = { url: 'https://shop.test', token: 't', withinSeconds: 2 };

test('buys one unit of a product of its own, and cancels the order', async () => {
  const { calls, ports } = shop(open);
  await smoke({ ...options, adminToken: 'a' }, ports);
  expect(calls).toEqual([
    'GET /health',
    'HEAD /products',
    'GET /orders',
    'PUT /products/smoke-test',
    'POST /products/smoke-test/stock',
    'POST /orders',
    'GET /orders/one',
    'GET /orders/one',
    'DELETE /orders/one',
  ]);
});

test('needs no administrator for a product that is there', async () => {
  const { calls, ports } = shop(open);
  await smoke({ ...options, sku: 'first' }, ports);
  expect(calls.filter((call) => call.includes('/products/'))).toEqual([]);
  await expect(smoke(options, ports)).rejects.toThrow('a product is missing');
});

test.each([
  ['a HEAD that fails', { 'HEAD /products': [[500]] }, /HEAD \/products answered 500, must be 200/],
  ['orders that anyone may read', { 'GET /orders': [[200]] }, /GET \/orders answered 200, must be 401/],
  ['an order that nobody settles', { 'GET /orders/one': [[200, { state: 'PENDING' }]] }, /PENDING after 2 s/],
  ['an order that is rejected', { 'GET /orders/one': [[200, { state: 'REJECTED' }]] }, /REJECTED after 0 s/],
  ['an order that cannot be cancelled', { 'DELETE /orders/one': [[409]] }, /DELETE \/orders\/one answered 409/],
] as const)('fails for %s', async (_, change, message) => {
  const { ports } = shop({ ...open, ...change });
  await expect(smoke({ ...options, sku: 'first' }, ports)).rejects.toThrow(message);
});
