import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ProblemError } from '../../../functions/contracts/problem.ts';
import { RetryLater } from '../../../functions/ports/retry-later.ts';
import { originEnv, type RouteHandler } from '../../../functions/runtime/http.ts';
import { httpApi } from '../../../functions/runtime/orders-http.ts';
import { requestEvent } from '../../../scripts/platform/functions/request-event.ts';

const ok: RouteHandler = async () => ({ status: 200, body: { fine: true } });
const failing =
  (error: unknown): RouteHandler =>
  async () =>
    Promise.reject(error);

function call(
  handlers: { health?: RouteHandler; getProduct?: RouteHandler },
  path: string,
  method = 'GET',
  headers = {},
) {
  const all = { health: ok, listProducts: ok, getProduct: ok, getStock: ok, ...handlers };
  const handler = httpApi('catalog', all, {
    authenticate: async () => ({ customer: 'ada', admin: false }),
  });
  const event = requestEvent({ rawPath: path, method, headers });
  return handler(event);
}

function callAdminRoute(identity: { customer: string; admin: boolean }) {
  const handler = httpApi('stock', { putProduct: ok, restock: ok }, { authenticate: async () => identity });
  const event = requestEvent({ rawPath: '/products/lamp', method: 'PUT' });
  return handler(event);
}

test('answers with uncacheable JSON and the trace id', async () => {
  const answer = await call({}, '/health');
  expect(answer).toMatchObject({ statusCode: 200, body: '{"fine":true}' });
  expect(answer.headers).toMatchObject({ 'content-type': 'application/json', 'cache-control': 'no-store' });
  expect(answer.headers?.['x-trace-id']).toMatch(/^[0-9a-f]{32}$/);
});

test('passes the path parameters of the matched route only', async () => {
  let seen: unknown;
  const getProduct: RouteHandler = async ({ params }) => {
    seen = params;
    return { status: 200 };
  };
  await call({ getProduct }, '/products/lamp');
  expect(seen).toEqual({ sku: 'lamp' });
});

test.each([
  ['/nothing', 'GET', 404, 'NOT_FOUND'],
  ['/products/', 'GET', 404, 'NOT_FOUND'],
  ['//products', 'GET', 404, 'NOT_FOUND'],
  ['/products/a/b', 'GET', 404, 'NOT_FOUND'],
  ['/products/lamp', 'DELETE', 405, 'METHOD_NOT_ALLOWED'],
  ['/orders', 'POST', 405, 'METHOD_NOT_ALLOWED'],
])('rejects %s %s', async (path, method, status, code) => {
  const answer = await call({}, path, method);
  expect(answer.statusCode).toBe(status);
  expect(JSON.parse(answer.body ?? '')).toMatchObject({ status, code });
  expect(answer.headers?.['content-type']).toBe('application/problem+json');
});

test('lets only administrators call admin routes', async () => {
  expect((await callAdminRoute({ customer: 'ada', admin: false })).statusCode).toBe(403);
  expect((await callAdminRoute({ customer: 'ada', admin: true })).statusCode).toBe(200);
});

test.each([
  ['a problem error', new ProblemError('IDEMPOTENCY_KEY_REUSED', 'why'), 422, 'IDEMPOTENCY_KEY_REUSED'],
  ['an undecided request', new RetryLater('conflict'), 503, 'TRY_AGAIN'],
  ['a throttled store', Object.assign(new Error(), { name: 'ThrottlingException' }), 503, 'TRY_AGAIN'],
  ['a transaction conflict', Object.assign(new Error(), { name: 'TransactionConflictException' }), 503, 'TRY_AGAIN'],
  ['an internal error of a store', Object.assign(new Error(), { name: 'InternalServerError' }), 503, 'TRY_AGAIN'],
  ['an unavailable gRPC store', Object.assign(new Error(), { code: 14 }), 503, 'TRY_AGAIN'],
  ['a store that does not answer', Object.assign(new Error(), { name: 'TimeoutError' }), 503, 'TRY_AGAIN'],
  ['anything else', new Error('table shop-prod-orders, key ABC'), 500, 'INTERNAL_ERROR'],
])('maps %s to a problem', async (_, error, status, code) => {
  const answer = await call({ health: failing(error) }, '/health');
  expect(answer.statusCode).toBe(status);
  expect(JSON.parse(answer.body ?? '')).toMatchObject({ status, code });
  expect(answer.headers?.['retry-after']).toBe(status === 503 ? '1' : undefined);
});

test('answers HEAD like GET, without the body', async () => {
  const answer = await call({}, '/health', 'HEAD');
  expect(answer).toMatchObject({ statusCode: 200, headers: { 'content-type': 'application/json' } });
  expect(answer.body).toBeUndefined();
  expect(answer.headers['content-length']).toBe(String('{"fine":true}'.length));
});

test.each([
  ['/health', 'GET, HEAD'],
  ['/products', 'GET, HEAD'],
  ['/products/lamp', 'GET, HEAD, PUT'],
  ['/products/lamp/stock', 'GET, HEAD, POST'],
  ['/orders', 'POST, GET, HEAD'],
])('names the methods of %s in Allow', async (path, allow) => {
  const answer = await call({}, path, 'PATCH');
  expect([answer.statusCode, answer.headers.allow]).toEqual([405, allow]);
});

test('rejects requests that bypass the CDN when an origin secret is set', async () => {
  const secret = 'a-secret-of-the-cdn';
  const all = { health: ok, listProducts: ok, getProduct: ok, getStock: ok };
  const handler = httpApi('catalog', all, {
    authenticate: async () => ({ customer: 'ada', admin: false }),
    originSecret: secret,
  });
  const status = async (headers: Record<string, string>) => {
    return (await handler(requestEvent({ rawPath: '/products', headers }))).statusCode;
  };
  expect(await status({ 'x-origin-secret': secret })).toBe(200);
  for (const wrong of ['', 'a-secret-of-the-cd', `${secret}x`])
    expect(await status({ 'x-origin-secret': wrong })).toBe(403);
  expect(await status({})).toBe(403);
});

test('accepts the current origin secret and the one before, and neither both nor anything else', async () => {
  const [current, before] = ['the-secret-of-today', 'the-secret-of-yesterday'];
  const handler = httpApi(
    'catalog',
    { health: ok, listProducts: ok, getProduct: ok, getStock: ok },
    { authenticate: async () => ({ customer: 'ada', admin: false }), originSecret: `${current} ${before}` },
  );
  const status = async (secret: string) => {
    const headers = { 'x-origin-secret': secret };
    return (await handler(requestEvent({ rawPath: '/products', headers }))).statusCode;
  };
  for (const known of [current, before]) expect(await status(known)).toBe(200);
  for (const wrong of ['', ' ', `${current} ${before}`, `${current} `]) expect(await status(wrong)).toBe(403);
});

test('answers a health check without the secret, and nothing else', async () => {
  const handler = httpApi(
    'catalog',
    { health: ok, listProducts: ok, getProduct: ok, getStock: ok },
    { authenticate: async () => ({ customer: 'ada', admin: false }), originSecret: 'a-secret-of-the-cdn' },
  );
  const status = async (rawPath: string) => (await handler(requestEvent({ rawPath, headers: {} }))).statusCode;
  expect(await status('/health')).toBe(200);
  for (const path of ['/products', '/products/health', '/health/products', '/Health', '/unknown'])
    expect(await status(path)).toBe(403);
});

test.each([
  ['one', 'a-secret-of-16-ch', true],
  ['two', 'a-secret-of-16-ch another-one-of-16', true],
  ['a short one', 'short', false],
  ['a short one beside a long one', 'a-secret-of-16-ch x', false],
  ['three', 'a-secret-of-16-ch another-one-of-16 a-third-one-of-16', false],
])('reads %s from the environment: %s', (_, text, isValid) => {
  expect(originEnv.ORIGIN_SECRET.safeParse(text).success).toBe(isValid);
});

test('reveals only the trace id of an internal error', async () => {
  const answer = await call({ health: failing(new Error('secret-table')) }, '/health');
  expect(answer.body).not.toContain('secret-table');
  expect(JSON.parse(answer.body ?? '').traceId).toBe(answer.headers?.['x-trace-id']);
});

test("continues the client's trace, and starts a new one when it is invalid", async () => {
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  const trace = async (traceparent: string) =>
    (await call({}, '/health', 'GET', { traceparent })).headers?.['x-trace-id'];
  expect(await trace(`00-${traceId}-00f067aa0ba902b7-01`)).toBe(traceId);
  for (const wrong of [`00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, `${traceId}`, 'x\r\nset-cookie: y', '']) {
    expect(await trace(wrong)).toMatch(/^(?!4bf92f)[0-9a-f]{32}$/);
  }
});

test('answers any path and method with a status below 500', async () => {
  const method = fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'constructor');
  await fc.assert(
    fc.asyncProperty(fc.webPath(), method, async (path, action) => {
      expect((await call({}, path || '/', action)).statusCode).toBeLessThan(500);
    }),
  );
});
