import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { findSignatureFault, toPartnerKey } from '../../../functions/adapters/http/message-signature.ts';
import {
  type PartnerCalls,
  partnerClient,
  partnerOverHttp,
  standIn,
} from '../../../functions/adapters/http/partner.ts';
import { parseRetryAfter } from '../../../functions/adapters/http/retry-after.ts';
import { partnerCalls } from '../../../functions/fulfilment/policies.ts';
import { PartnerFailed } from '../../../functions/ports/partner.ts';

const order = { orderId: '6c1f1c55-6f0b-5f3e-9c7a-8d6a2f4c1b9e', sku: 'lamp', quantity: 2 };
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const key = toPartnerKey('K'.repeat(48));

function callsFor(timeoutMs = 2_000) {
  const refused: string[] = [];
  const keys = { current: async () => key, refused: ({ id }: { id: string }) => void refused.push(id) };
  const attempt: PartnerCalls['attempt'] = (call) => call(AbortSignal.timeout(timeoutMs));
  return { calls: { keys, attempt }, refused };
}

async function take(listener: RequestListener, timeoutMs?: number, { calls } = callsFor(timeoutMs)): Promise<string> {
  const url = await serve(listener);
  return partnerOverHttp(url, calls).take(order);
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  closers.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
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
      request.headers['accept-encoding'],
      JSON.parse(Buffer.concat(chunks).toString()),
    ];
    answering(201, { orderId: order.orderId, state: 'accepted' })(request, response);
  });
  expect(answer).toBe('accepted');
  expect(seen).toEqual(['POST', '/orders', order.orderId, 'identity', order]);
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
  ['an answer without a body', (_, response) => void response.writeHead(201).end()],
  [
    'an answer that is cut',
    (_, response) => void response.writeHead(201, { 'content-length': 99 }).write('{"orderId"'),
  ],
  [
    'a compressed answer that is none',
    (_, response) => void response.writeHead(201, { 'content-encoding': 'gzip' }).end('x'),
  ],
  ['too many headers', (_, response) => void response.writeHead(201, { 'x-long': 'x'.repeat(20_000) }).end()],
  [
    'another protocol',
    (request) =>
      void request.socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'),
  ],
  ['no HTTP', (request) => void request.socket.end('hello\n')],
  ['a connection that breaks', (request) => void request.socket.destroy()],
])('does not accept %s as an answer', async (_, listener) => {
  await expect(take(listener, 300)).rejects.toThrow(PartnerFailed);
});

test('fails when the answer never comes', async () => {
  await expect(take(() => {}, 50)).rejects.toThrow(PartnerFailed);
});

test('does not read an answer without end', async () => {
  let sent = 0;
  const endless: RequestListener = (_, response) => {
    response.writeHead(201, { 'content-type': 'application/json' });
    const write = () => {
      while (!response.destroyed && response.write(' '.repeat(4_096))) sent += 4_096;
    };
    response.on('drain', write);
    write();
  };
  const error = await take(endless).catch((thrown: PartnerFailed) => thrown);
  expect(error).toMatchObject({ name: 'PartnerFailed', cause: { message: 'the answer is longer than 16384 bytes' } });
  expect(sent).toBeLessThan(8_000_000);
});

test.each([301, 302, 303, 307, 308])('does not follow a redirect, nor sign for another host: %i', async (status) => {
  const seen: string[] = [];
  const elsewhere = await serve((request, response) => {
    seen.push(request.url ?? '');
    answering(201, { orderId: order.orderId, state: 'accepted' })(request, response);
  });
  const redirect: RequestListener = (_, response) => void response.writeHead(status, { location: elsewhere }).end();
  await expect(take(redirect)).rejects.toThrow(`is not an answer: status ${status}`);
  expect(seen).toEqual([]);
});

test('does not accept plain HTTP from an HTTPS address', async () => {
  const url = (await serve(answering(201, { orderId: order.orderId, state: 'accepted' }))).replace('http:', 'https:');
  await expect(partnerOverHttp(url, callsFor().calls).take(order)).rejects.toThrow(PartnerFailed);
});

test.each(['CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'ERR_TLS_CERT_ALTNAME_INVALID', 'ENOTFOUND', 'EPROTO'])(
  'counts %s as no answer',
  async (code) => {
    const gone = () => Promise.reject(Object.assign(new TypeError('fetch failed'), { cause: { code } }));
    await expect(partnerOverHttp('https://partner.example.com', callsFor().calls, gone).take(order)).rejects.toThrow(
      PartnerFailed,
    );
  },
);

test('signs each call for exactly this request', async () => {
  const faults: unknown[] = [];
  const url = await serve(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    const { method = '', headers } = request;
    const targetUri = `http://${request.headers.host}${request.url}`;
    faults.push(findSignatureFault({ method, targetUri, headers, body }, [key], Date.now() / 1_000));
    answering(201, { orderId: order.orderId, state: 'accepted' })(request, response);
  });
  await partnerOverHttp(url, callsFor().calls).take(order);
  expect(faults).toEqual([undefined]);
});

test('tells the keys about a signature that the partner refuses', async () => {
  const { calls, refused } = callsFor();
  const refusing = take(answering(401, { message: 'unknown key' }), 2_000, { calls, refused });
  await expect(refusing).rejects.toThrow(`it does not accept the signature by key ${key.id}`);
  expect(refused).toEqual([key.id]);
});

test('the stand-in accepts every order that is signed', async () => {
  const { calls } = callsFor();
  expect(await partnerClient({ url: standIn, stage: 'prod' }, calls).take(order)).toBe('accepted');
  let turn = 0;
  const changing = { ...calls.keys, current: async () => toPartnerKey(String(turn++).repeat(40)) };
  const partner = partnerClient({ url: standIn, stage: 'prod' }, { ...calls, keys: changing });
  await expect(partner.take(order)).rejects.toThrow('status 401');
});

test.each(['http://127.0.0.1:9', 'http://partner.example.com', 'https://user@partner.example.com'])(
  'refuses to call %s outside of local stages, and claims no order',
  async (url) => {
    const partner = partnerClient({ url, stage: 'prod' }, callsFor().calls);
    await expect(partner.ready()).rejects.toThrow(/PARTNER_URL must be/);
    await expect(partner.take(order)).rejects.toThrow(PartnerFailed);
  },
);

test('calls without TLS in a local stage', async () => {
  const url = await serve(answering(201, { orderId: order.orderId, state: 'accepted' }));
  expect(await partnerClient({ url, stage: 'local' }, callsFor().calls).take(order)).toBe('accepted');
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

const unreadable: Readonly<Record<string, (response: ServerResponse) => void>> = {
  'is too long': (response) => response.end(' '.repeat(20_000)),
  'is cut': (response) => response.write('{"message":', () => response.destroy()),
  'is no gzip': (response) => response.end('x'),
};

test.each(
  Object.entries(unreadable).flatMap(([what, end]) => [200, 401, 429, 503].map((status) => ({ what, end, status }))),
)('keeps to Retry-After and to the verdict on the key when the body $what: $status', async ({ what, end, status }) => {
  const { calls, refused } = callsFor();
  const answer: RequestListener = (_, response) => {
    const coding = what === 'is no gzip' ? { 'content-encoding': 'gzip' } : {};
    end(response.writeHead(status, { 'retry-after': '7', ...coding }));
  };
  const taking = take(answer, undefined, { calls, refused });
  await expect(taking).rejects.toMatchObject({
    retryAfterMs: 7_000,
    message: expect.stringMatching(/cannot be read|is not an answer/),
  });
  expect(refused).toEqual(status === 401 ? [key.id] : []);
});

test.each([200, 401, 429, 503])('keeps to Retry-After when the body of a %i never comes', async (status) => {
  const { calls, refused } = callsFor();
  const hangs: RequestListener = (_, response) => {
    response.writeHead(status, { 'retry-after': '7' }).write('{"message":');
  };
  // 300 ms more than the function reserves for itself.
  const attempt: PartnerCalls['attempt'] = partnerCalls()(() => 8_300);
  const taking = take(hangs, undefined, { calls: { ...calls, attempt }, refused });
  await expect(taking).rejects.toMatchObject({ retryAfterMs: 7_000 });
  expect(refused).toEqual(status === 401 ? [key.id] : []);
});

const now = Date.parse('2026-11-29T12:00:00Z');

test.each<[string, number]>([
  ['Sun, 29 Nov 2026 12:00:30 GMT', 30_000],
  ['Sunday, 29-Nov-26 12:00:30 GMT', 30_000],
  ['Sun Nov 29 12:00:30 2026', 30_000],
  ['Sun, 29 Nov 2026 11:59:30 GMT', 0],
  ['Sun, 29 Nov 2099 12:00:00 GMT', 900_000],
  ['Sun, 99 Nov 2026 12:00:30 GMT', 0],
  ['0', 0],
  ['007', 7_000],
  [' 7 ', 7_000],
  ['9'.repeat(400), 900_000],
  ['1.5', 0],
  ['1e3', 0],
  ['0x10', 0],
  ['+5', 0],
  ['5, 10', 0],
  ['in May 2099', 0],
  ['2099-01-01T00:00:00Z', 0],
  ['99999-01', 0],
  ['', 0],
])('takes Retry-After %j as %i ms', (header, ms) => {
  expect(parseRetryAfter(header, now)).toBe(ms);
});

test.each([429, 503])('keeps to Retry-After of status %i', async (status) => {
  const busy: RequestListener = (_, response) => void response.writeHead(status, { 'retry-after': '7' }).end();
  await expect(take(busy)).rejects.toMatchObject({ name: 'PartnerFailed', retryAfterMs: 7_000 });
});
