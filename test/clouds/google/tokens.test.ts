import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createServer as createHttp2, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { keyTroubles, signMatrix } from '../../support/tokens/matrix-tokens.ts';
import { signer, signToken } from '../../support/tokens/signed-token.ts';

const { tokens, jwks } = await signMatrix();
const product = JSON.stringify({ name: 'Lamp', unitPrice: 1, currency: 'EUR' });
const servers: Server[] = [];
/** Status and body of the issuer's key endpoint; tests change it. */
let keys: readonly [number, string] = [200, jwks];
let keyServer = '';

async function listening(server: Server): Promise<string> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function load(settings: Readonly<Record<string, string | undefined>>, ...names: string[]): Promise<string[]> {
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value);
  vi.resetModules();
  for (const name of names) await import(`../../../functions/${name}/google.ts`);
  const { frameworkServer } = await import('../../../functions/adapters/google/framework-server.ts');
  return Promise.all(names.map((name) => listening(frameworkServer(name))));
}

/** A store that fails at once: clients do not retry its answer. */
const store = createHttp2().on('stream', (stream: ServerHttp2Stream) => {
  stream.on('error', () => {}).respond({ ':status': 403, 'content-type': 'text/html' }, { endStream: true });
});
store.listen(0, '127.0.0.1');
await once(store, 'listening');
const host = `127.0.0.1:${(store.address() as AddressInfo).port}`;
const shared = {
  FIRESTORE_EMULATOR_HOST: host,
  PUBSUB_EMULATOR_HOST: host,
  GOOGLE_CLOUD_PROJECT: 'local',
  METADATA_SERVER_DETECTION: 'none',
  ...{ FIRESTORE_DATABASE: 'local', ORDER_TOPIC: 'order', EVENT_TOPIC: 'event', DEAD_LETTER_TOPIC: 'dead' },
  OIDC_AUDIENCE: signer.audience,
};
const push = {
  ...{ PUSH_ISSUER: signer.issuer, PUSH_AUDIENCE: signer.audience, PUSH_ACCOUNT: 'pusher@local' },
};
let urls: readonly string[];

beforeAll(async () => {
  keyServer = await listening(createServer((_, response) => void response.writeHead(keys[0]).end(keys[1])));
  urls = await load({ ...shared, OIDC_ISSUER: signer.issuer, OIDC_JWKS: jwks }, 'intake', 'stock');
});
afterAll(() => {
  store.close();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

const send = (url: string | undefined, token: string, init: RequestInit = {}) =>
  fetch(`${url}`, {
    ...init,
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'idempotency-key': 'key-00000001',
    },
  });

// Concurrent, because requests with a valid token wait for the failing store.
test.concurrent.each(tokens)('gives the verdict of the other clouds: $name', async ({ token, read, write }) => {
  const [intake, stock] = urls;
  const answers = await Promise.all([
    send(`${intake}/orders`, token),
    send(`${stock}/products/lamp`, token, { method: 'PUT', body: product }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([read, write]);
});

test.each(Object.entries(keyTroubles))('judges no token while the keys cannot be fetched: %s', async (_, trouble) => {
  keys = trouble;
  const PUSH_KEYS_URL = `${keyServer}/certs`;
  const settings = { ...shared, ...push, PUSH_KEYS_URL, OIDC_ISSUER: keyServer, OIDC_JWKS: undefined };
  const [intake, settlement] = await load(settings, 'intake', 'settlement');
  const token = tokens[0]?.token ?? '';
  const answer = await send(`${intake}/orders`, token);
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
  const pushed = await send(settlement, token, { method: 'POST', body: '{}' });
  expect(pushed.status, 'a good push must not count towards the dead letters').toBe(503);
});

test.each<[string, Record<string, unknown>, number]>([
  ['of the pusher', {}, 400],
  ['of another account', { email: 'eve@local' }, 403],
  ['whose address is not verified', { email_verified: false }, 403],
  ['whose address is verified in words', { email_verified: 'true' }, 403],
  ['without an address', { email: undefined }, 403],
  ['for another audience', { aud: 'other' }, 403],
  ['for audiences with ours among them', { aud: ['other', signer.audience] }, 400],
  ['from another issuer', { iss: 'https://other.example' }, 403],
  ['that is not valid yet', { nbf: Math.floor(Date.now() / 1_000) + 3_600 }, 403],
])('accepts or rejects a push with a token %s', async (_, claims, status) => {
  const signed = await signToken({ email: 'pusher@local', email_verified: true, ...claims });
  keys = [200, signed.jwks];
  const [settlement] = await load({ ...shared, ...push, PUSH_KEYS_URL: `${keyServer}/certs` }, 'settlement');
  // The right token gets as far as the body, which is no message.
  expect((await send(settlement, signed.token, { method: 'POST', body: '{}' })).status).toBe(status);
});
