import { importJWK, type JWK, SignJWT, UnsecuredJWT } from 'jose';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import type { ProblemDocument } from '../../functions/contracts/problem.ts';
import { problemType } from '../../functions/contracts/problem.ts';
import type { Call } from '../../scripts/sale/client.ts';
import { freshKey, freshProduct, platform, shop, storesOf, tokenOf } from '../support/deployed.ts';

const ada = await tokenOf('ada');
let sku: string;
beforeAll(async () => {
  sku = await freshProduct({ units: 5 });
});

const post = (body: unknown, change: Partial<Call> = {}) =>
  shop.call<ProblemDocument>({
    method: 'POST',
    path: '/orders',
    token: ada,
    headers: { 'idempotency-key': freshKey() },
    body,
    ...change,
  });

async function expectProblem(
  answer: { status: number; headers: Headers; body: ProblemDocument },
  status: number,
  code: string,
) {
  expect(answer).toMatchObject({ status, body: { status, code, type: problemType(code) } });
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect((await storesOf(sku)).orders).toEqual([]);
}

const deep = `${'['.repeat(7_000)}${']'.repeat(7_000)}`;
test.each<[string, () => unknown, number, string]>([
  ['a truncated document', () => '{"sku":', 400, 'MALFORMED_JSON'],
  ['an empty body', () => '', 400, 'MALFORMED_JSON'],
  ['a nesting depth of 7,000', () => deep, 400, 'MALFORMED_JSON'],
  ['a nesting depth of 10,000', () => `${'['.repeat(10_000)}${']'.repeat(10_000)}`, 413, 'BODY_TOO_LARGE'],
  ['one byte too many', () => JSON.stringify({ sku, quantity: 1 }).padEnd(16_385), 413, 'BODY_TOO_LARGE'],
  ['a megabyte', () => ' '.repeat(1_000_000), 413, 'BODY_TOO_LARGE'],
  ['__proto__', () => `{"sku":"${sku}","quantity":1,"__proto__":{}}`, 400, 'MALFORMED_JSON'],
  ['a list', () => [], 400, 'INVALID_REQUEST'],
  ['a client-supplied price', () => ({ sku, quantity: 1, unitPrice: 1 }), 400, 'INVALID_REQUEST'],
  ['quantity 0', () => ({ sku, quantity: 0 }), 400, 'INVALID_REQUEST'],
  ['quantity -1', () => ({ sku, quantity: -1 }), 400, 'INVALID_REQUEST'],
  ['quantity 1.5', () => ({ sku, quantity: 1.5 }), 400, 'INVALID_REQUEST'],
  ['quantity 2^53', () => `{"sku":"${sku}","quantity":9007199254740992}`, 400, 'INVALID_REQUEST'],
  ['quantity 1e400', () => `{"sku":"${sku}","quantity":1e400}`, 400, 'INVALID_REQUEST'],
  ['quantity as text', () => ({ sku, quantity: '1' }), 400, 'INVALID_REQUEST'],
  ['a sku with a separator', () => ({ sku: `${sku}#0`, quantity: 1 }), 400, 'INVALID_REQUEST'],
  ['a sku with NUL', () => ({ sku: `${sku}\u0000`, quantity: 1 }), 400, 'INVALID_REQUEST'],
  ['an unknown product', () => ({ sku: 'no-such-thing', quantity: 1 }), 422, 'UNKNOWN_PRODUCT'],
])('refuses %s with a problem and stores no order', async (_, body, status, code) => {
  await expectProblem(await post(body()), status, code);
});

test.each(['text/plain', 'application/x-www-form-urlencoded'])('refuses the content type %s', async (type) => {
  const headers = { 'idempotency-key': freshKey(), 'content-type': type };
  await expectProblem(await post({ sku, quantity: 1 }, { headers }), 415, 'UNSUPPORTED_MEDIA_TYPE');
});

test.each(['', 'short', 'has a space in it', 'a'.repeat(129), 'with#separator'])('refuses the key %j', async (key) => {
  const headers = { 'idempotency-key': key };
  await expectProblem(await post({ sku, quantity: 1 }, { headers }), 400, 'IDEMPOTENCY_KEY_REQUIRED');
});

test.each<[string, Call['method'], string, number, string]>([
  ['an unknown path', 'GET', '/nothing', 404, 'NOT_FOUND'],
  ['another method', 'PATCH', '/orders', 405, 'METHOD_NOT_ALLOWED'],
  ['an order id outside the grammar', 'GET', '/orders/1', 404, 'NOT_FOUND'],
  ['an order id with a separator', 'GET', '/orders/ORDER%23x', 404, 'NOT_FOUND'],
  ['a limit of 0', 'GET', '/orders?limit=0', 400, 'INVALID_REQUEST'],
  ['a limit of 1e9', 'GET', '/orders?limit=1e9', 400, 'INVALID_REQUEST'],
])('refuses %s', async (_, method, path, status, code) => {
  await expectProblem(await shop.call<ProblemDocument>({ method, path, token: ada }), status, code);
});

describe('tokens', () => {
  const key = inject('issuerKey');
  const sign = async (claims: { aud?: string; iss?: string; exp?: string | number } = {}) => {
    const { aud = platform.audience, iss = platform.issuerUrl, exp = '5m' } = claims;
    const token = new SignJWT({}).setProtectedHeader({ alg: 'RS256', kid: key.keyId }).setSubject('ada');
    return token
      .setIssuer(iss)
      .setAudience(aud)
      .setIssuedAt()
      .setExpirationTime(exp)
      .sign(await importJWK(key.privateJwk as JWK, 'RS256'));
  };

  test('accepts a valid token of its issuer', async () => {
    const answer = await shop.call({ method: 'GET', path: '/orders', token: await sign() });
    expect(answer.status).toBe(200);
  });

  test.each<[string, () => Promise<string | undefined>]>([
    ['no token', async () => undefined],
    ['an empty bearer token', async () => ''],
    [
      'alg none',
      async () =>
        new UnsecuredJWT({}).setSubject('ada').setIssuer(platform.issuerUrl).setAudience(platform.audience).encode(),
    ],
    ['another audience', () => sign({ aud: 'other' })],
    ['another issuer', () => sign({ iss: 'http://127.0.0.1:1' })],
    ['an expired token', () => sign({ exp: Math.floor(Date.now() / 1000) - 3_600 })],
    ['a broken signature', async () => `${(await sign()).slice(0, -8)}AAAAAAAA`],
  ])('refuses %s and stores no order', async (_, make) => {
    const token = await make();
    const answer = await shop.call<ProblemDocument>({
      method: 'POST',
      path: '/orders',
      headers: { 'idempotency-key': freshKey() },
      ...(token !== undefined && { token }),
      body: { sku, quantity: 1 },
    });
    expect(answer.status).toBe(401);
    expect((await storesOf(sku)).orders).toEqual([]);
  });

  test('explains a refused token in a problem document', async (context) => {
    context.skip(platform.outputs.ApiUrl !== undefined, 'an HTTP API answers bad tokens itself, in its own format');
    const answer = await shop.call<ProblemDocument>({
      method: 'GET',
      path: '/orders',
      token: await sign({ aud: 'other' }),
    });
    expect(answer).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } });
  });
});
