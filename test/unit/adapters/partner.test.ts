import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { partnerClient, partnerOverHttp, standIn } from '../../../functions/adapters/http/partner.ts';
import { PartnerFailed } from '../../../functions/ports/partner.ts';

const order = { orderId: '6c1f1c55-6f0b-5f3e-9c7a-8d6a2f4c1b9e', sku: 'lamp', quantity: 2 };
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function take(listener: RequestListener, timeoutMs = 2_000): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  closers.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return partnerOverHttp(`http://127.0.0.1:${port}`, (call) => call(AbortSignal.timeout(timeoutMs))).take(order);
}

const answering =
  (status: number, body: unknown): RequestListener =>
  (_, response) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

test('sends the order id as the idempotency key', async () => {
  let seen: unknown;
  const answer = await take(async (request, response) => {
    const chunks = await request.toArray();
    seen = [
      request.method,
      request.url,
      request.headers['idempotency-key'],
      JSON.parse(Buffer.concat(chunks).toString()),
    ];
    answering(201, { orderId: order.orderId, state: 'accepted' })(request, response);
  });
  expect(answer).toBe('accepted');
  expect(seen).toEqual(['POST', '/orders', order.orderId, order]);
});

test('accepts a known key and a refusal as answers', async () => {
  expect(await take(answering(200, { orderId: order.orderId, state: 'accepted' }))).toBe('accepted');
  expect(await take(answering(422, { orderId: order.orderId, state: 'refused', reason: 'no van' }))).toBe('refused');
});

test.each<[string, RequestListener]>([
  ['an error', answering(503, {})],
  ['too many requests', answering(429, { orderId: order.orderId, state: 'refused' })],
  ['an acceptance with the status of an error', answering(500, { orderId: order.orderId, state: 'accepted' })],
  ["another order's answer", answering(201, { orderId: 'another', state: 'accepted' })],
  ['no JSON', (_, response) => void response.writeHead(201).end('<html>')],
  ['a redirect', (_, response) => void response.writeHead(307, { location: 'http://192.0.2.1/' }).end()],
  ['a connection that breaks', (request) => void request.socket.destroy()],
])('does not accept %s as an answer', async (_, listener) => {
  await expect(take(listener)).rejects.toThrow(PartnerFailed);
});

test('fails when the answer never comes', async () => {
  await expect(take(() => {}, 50)).rejects.toThrow(PartnerFailed);
});

test('the stand-in accepts every order, without a call', async () => {
  const partner = partnerClient(standIn, () => Promise.reject(new Error('called')));
  expect(await partner.take(order)).toBe('accepted');
});

const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1_000).toUTCString();

test.each<[string, string | undefined, [number, number]]>([
  ['no header', undefined, [0, 0]],
  ['seconds', '7', [7_000, 7_000]],
  ['a date', inSeconds(600), [500_000, 600_000]],
  ['a date in the past', inSeconds(-30), [0, 0]],
  ['more than a message can wait', '86400', [900_000, 900_000]],
  ['a negative number', '-5', [0, 0]],
  ['nonsense', 'soon', [0, 0]],
])("keeps to the partner's Retry-After: %s", async (_, header, [least, most]) => {
  const busy: RequestListener = (_, response) =>
    void response.writeHead(503, header === undefined ? {} : { 'retry-after': header }).end();
  const error = await take(busy).catch((thrown: PartnerFailed) => thrown);
  expect(error).toBeInstanceOf(PartnerFailed);
  const { retryAfterMs } = error as PartnerFailed;
  expect(retryAfterMs).toBeGreaterThanOrEqual(least);
  expect(retryAfterMs).toBeLessThanOrEqual(most);
});
