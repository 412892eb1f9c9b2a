import { once } from 'node:events';
import { createServer as createHttp, type Server } from 'node:http';
import { createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FulfilmentRequest } from '../../../functions/contracts/fulfilment-request.ts';
import type { OrderRequest } from '../../../functions/contracts/order-request.ts';
import { allCalls } from '../../support/api-calls.ts';
import { goneServer, guardedCalls, tryGuard } from '../../support/gone-dependency.ts';
import { traceparent } from '../../support/memory-system.ts';
import { secretFile } from '../../support/secret-file.ts';
import { signer, signToken } from '../../support/tokens/signed-token.ts';
import { serveFunctions } from './framework-host.ts';

// Calls each function over HTTP, while its stores are gone in each way.

type Way = (stream: ServerHttp2Stream) => void;
const page =
  (status: number, type = 'text/html'): Way =>
  (stream) => {
    stream.respond({ ':status': status, 'content-type': type });
    stream.end('<html></html>');
  };
const grpc =
  (code: number): Way =>
  (stream) =>
    stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': code }, { endStream: true });
const ways: Readonly<Record<string, Way>> = {
  '503 with HTML': page(503),
  '500 with HTML': page(500),
  '502 with HTML': page(502),
  '429 with HTML': page(429),
  '401 with HTML, from a proxy': page(401),
  '403 with HTML, from a proxy': page(403),
  '404 with HTML, from a proxy': page(404),
  '200 with HTML, from a proxy': page(200),
  'a redirect': page(302),
  unavailable: grpc(14),
  internal: grpc(13),
  unknown: grpc(2),
  'resource exhausted': grpc(8),
  aborted: grpc(10),
  cancelled: grpc(1),
  'deadline exceeded': grpc(4),
  'a reset stream': (stream) => stream.close(2),
  'a reset connection': (stream) => stream.session?.destroy(),
  'a message that ends early': (stream) => {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' });
    stream.end(Buffer.from([0, 0, 0, 0, 100, 1]));
  },
  'no answer': () => {},
};
const deadHosts = { refused: '127.0.0.1:1', 'an unknown name': 'store.invalid:443' };
const names = [...Object.keys(ways), ...Object.keys(deadHosts), 'a server of HTTP/1.1'];

const orderId = '3c1e6b1e-6b0a-5d2e-9f43-0a8a1ad7f0c1';
const order: OrderRequest = { v: 1, orderId, traceparent };
const fulfilment: FulfilmentRequest = { v: 1, traceparent, order: { orderId } };
const pushes: Readonly<Record<string, object | undefined>> = {
  settlement: order,
  fulfilment,
  relay: undefined,
  postponed: undefined,
  sweeper: undefined,
};
const apis = ['catalog', 'intake', 'stock'] as const;
const services = [...apis, 'settlement', 'projection', 'fulfilment', 'sweeper'] as const;
const servers: { close(): unknown; closeAllConnections?(): void }[] = [];

async function listening<One extends Server | Http2Server>(server: One): Promise<string> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function hostOf(name: string): Promise<string> {
  const dead = deadHosts[name as keyof typeof deadHosts];
  if (dead) return dead;
  const way = ways[name];
  if (way) {
    const serve = (stream: ServerHttp2Stream) => way(stream.on('error', () => {}));
    return listening(
      createServer()
        .on('stream', serve)
        .on('sessionError', () => {}),
    );
  }
  const server = await goneServer();
  servers.push({ close: () => server[Symbol.dispose]() });
  return new URL(server.url).host;
}

const pusher = { email: 'pusher@local', email_verified: true };
const customer = await signToken();
const push = await signToken(pusher);

async function loadFunctions(host: string, keysUrl: string): Promise<ReadonlyMap<string, string>> {
  const settings = {
    FIRESTORE_EMULATOR_HOST: host,
    PUBSUB_EMULATOR_HOST: host,
    GOOGLE_CLOUD_PROJECT: 'local',
    METADATA_SERVER_DETECTION: 'none',
    FIRESTORE_DATABASE: 'local',
    ...{ OIDC_ISSUER: signer.issuer, OIDC_AUDIENCE: signer.audience, OIDC_JWKS: customer.jwks },
    ...{ PUSH_ISSUER: signer.issuer, PUSH_AUDIENCE: signer.audience, PUSH_KEYS_URL: keysUrl },
    PUSH_ACCOUNT: pusher.email,
    ...{ CANCELLABLE_MS: '0', GIVE_UP_MS: '1000', BREAKER_OPEN_MS: '1000', STUCK_MS: '1000' },
    ...{ PARTNER_URL: 'http://127.0.0.1:1', PARTNER_TIMEOUT_MS: '500' },
    ...{ STAGE: 'local', PARTNER_SECRET: secretFile() },
  };
  const topics = [
    'ORDER',
    'EVENT',
    'BUS',
    'FULFILMENT',
    'DEAD_LETTER',
    'PROJECTION_DEAD_LETTER',
    'FULFILMENT_DEAD_LETTER',
  ];
  const seconds = ['BROWSER_SECONDS', 'EDGE_SECONDS', 'STALE_SECONDS', 'ERROR_SECONDS', 'FUNCTION_MS'];
  const served = await serveFunctions(services, [...apis, ...Object.keys(pushes)], {
    ...settings,
    ...Object.fromEntries(topics.map((name) => [`${name}_TOPIC`, name.toLowerCase()])),
    ...Object.fromEntries(seconds.map((name) => [`CACHE_${name}`, '0'])),
  });
  servers.push(served);
  return served.urls;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}
const answers = new Map<string, Answer>();

async function ask(name: string, url: string, init: RequestInit): Promise<void> {
  const answer = await fetch(url, init);
  answers.set(name, { status: answer.status, headers: Object.fromEntries(answer.headers), text: await answer.text() });
}

function callAll(way: string, urls: ReadonlyMap<string, string>): Promise<void>[] {
  const calls = allCalls.map(({ service, method, path, body }) => {
    const headers = {
      'content-type': 'application/json',
      'idempotency-key': 'key-00000001',
      authorization: `Bearer ${customer.token}`,
    };
    const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
    return ask(`${way} ${method} ${path}`, `${urls.get(service)}${path}`, init);
  });
  const works = Object.entries(pushes).map(([name, content]) => {
    const data = Buffer.from(JSON.stringify(content ?? null)).toString('base64');
    const body = JSON.stringify({ message: { data, messageId: 'm' } });
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${push.token}` };
    return ask(`${way} ${name}`, urls.get(name) ?? '', { method: 'POST', headers, body });
  });
  return [...calls, ...works];
}

beforeAll(async () => {
  const keys = await listening(createHttp((_, response) => void response.end(push.jwks)));
  const all: Promise<void>[] = [];
  for (const way of names) all.push(...callAll(way, await loadFunctions(await hostOf(way), `http://${keys}`)));
  await Promise.all(all);
}, 180_000);
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections?.();
    server.close();
  }
});

test.each(allCalls.flatMap(({ method, path }) => names.map((way) => ({ method, path, way }))))(
  '$method $path answers 503 when the store is gone: $way',
  ({ method, path, way }) => {
    const { status, headers, text = '' } = answers.get(`${way} ${method} ${path}`) ?? {};
    expect(status, text).toBe(503);
    expect(headers).toMatchObject({ 'retry-after': '1', 'content-type': 'application/problem+json' });
    expect(JSON.parse(text)).toMatchObject({ code: 'TRY_AGAIN' });
  },
);

test.each(Object.keys(pushes).flatMap((name) => names.map((way) => ({ name, way }))))(
  '$name answers 503, so that the call is repeated, when the store is gone: $way',
  ({ name, way }) => {
    expect(answers.get(`${way} ${name}`)?.status).toBe(503);
  },
);

test.each(guardedCalls)('$method $path stops calling a store that is gone after five calls', async (call) => {
  const { service, method, path, body } = call;
  let requests = 0;
  const host = await listening(
    createServer().on('stream', (stream) => {
      requests++;
      page(403)(stream);
    }),
  );
  const urls = await loadFunctions(host, 'http://127.0.0.1:1');
  const headers = {
    'content-type': 'application/json',
    'idempotency-key': 'key-00000001',
    authorization: `Bearer ${customer.token}`,
  };
  const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
  const { statuses, perCall, after } = await tryGuard(
    async () => (await fetch(`${urls.get(service)}${path}`, init)).status,
    () => requests,
  );
  expect(statuses).toEqual([503]);
  expect(perCall).toBeGreaterThanOrEqual(1);
  expect(after, 'one trial at most').toBeLessThanOrEqual(perCall);
});
