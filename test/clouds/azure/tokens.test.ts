import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeAll, expect, test } from 'vitest';
import { keyTroubles, signMatrix } from '../../support/tokens/matrix-tokens.ts';
import { signer } from '../../support/tokens/signed-token.ts';
import { accountAt, ask, core, loadFunctions } from './library-host.ts';

const { tokens, jwks } = await signMatrix();
const shared = { DATA: accountAt('http://127.0.0.1:1'), OIDC_AUDIENCE: signer.audience };
const product = { name: 'Lamp', unitPrice: 1, currency: 'EUR' };
let functions: Awaited<ReturnType<typeof loadFunctions>>;

beforeAll(async () => {
  await core.lock();
  functions = await loadFunctions(['intake', 'stock'], { ...shared, OIDC_ISSUER: signer.issuer, OIDC_JWKS: jwks });
});

test.each(tokens)('gives the verdict of the other clouds: $name', async ({ token, read, write }) => {
  const reading = await ask(functions, { method: 'GET', path: '/orders', token });
  const writing = await ask(functions, { method: 'PUT', path: '/products/lamp', token, body: product });
  expect([reading.statusCode, writing.statusCode]).toEqual([String(read), String(write)]);
});

test.each(Object.entries(keyTroubles))(
  'judges no token while the keys cannot be fetched: %s',
  async (_, [status, body]) => {
    const issuer = createServer((_request, response) => void response.writeHead(status).end(body)).listen(
      0,
      '127.0.0.1',
    );
    await once(issuer, 'listening');
    const OIDC_ISSUER = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}`;
    const own = await loadFunctions(['intake'], { ...shared, OIDC_ISSUER, OIDC_JWKS: undefined });
    const answer = await ask(own, { method: 'GET', path: '/orders', token: tokens[0]?.token ?? '' });
    issuer.close();
    expect(answer).toMatchObject({ statusCode: '503', headers: { 'retry-after': '1' } });
  },
);
