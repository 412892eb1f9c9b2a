import { connect } from 'node:net';
import fc, { type Arbitrary } from 'fast-check';

/** Bytes as latin-1 text. `HOST` is replaced by the target's host and port. */
export type RawBytes = string;

const body = '{"sku":"no-such-thing","quantity":1}';
const post = (headers: readonly string[], content = body, path = '/orders') =>
  [`POST ${path} HTTP/1.1`, 'Host: HOST', ...headers, '', content].join('\r\n');
const length = `Content-Length: ${body.length}`;
const chunked = 'Transfer-Encoding: chunked';
const inside = 'GET /orders HTTP/1.1\r\nHost: HOST\r\n\r\n';

const chunkBodies = fc.constantFrom(
  `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
  `zz\r\n${body}\r\n0\r\n\r\n`,
  `-1\r\n${body}\r\n0\r\n\r\n`,
  `ffffffffffffffffff\r\n${body}`,
  `1\r\n${body}\r\n0\r\n\r\n`,
  `0\r\n\r\n${inside}`,
  `5;${'x'.repeat(20_000)}\r\nabcde\r\n0\r\n\r\n`,
  `5\nabcde\n0\n\n`,
  `0x5\r\nabcde\r\n0\r\n\r\n`,
  '',
);
const headerLine = fc.constantFrom(
  length,
  chunked,
  'Transfer-Encoding: chunked, identity',
  'Transfer-Encoding: xchunked',
  'Transfer-Encoding : chunked',
  'Transfer-Encoding:\tchunked',
  ' Transfer-Encoding: chunked',
  'Content-Length: -1',
  'Content-Length: +5',
  'Content-Length: 0x10',
  'Content-Length: 5, 5',
  'Content-Length: 99999999999999999999',
  'Content-Length: 3',
  'Content-Length: 1000000000',
  'Host: evil.example',
  'Host:',
  'Authorization: Bearer a.b.c',
  'Authorization: Bearer',
  'Idempotency-Key: raw-bytes-key-1',
  'Idempotency-Key: raw-bytes-key-2',
  'Content-Type: application/json',
  'Expect: 100-continue',
  'Expect: something-else',
  'Upgrade: h2c',
  'Connection: close, content-length',
  'Connection: upgrade',
  'x\u0000y: z',
  'no colon',
  ': no name',
  `X-Long: ${'y'.repeat(20_000)}`,
  'X-Folded: a\r\n b',
  'Trailer: Content-Length',
);
const startLine = fc.constantFrom(
  'GET / HTTP/1.1',
  'GET /products HTTP/1.0',
  'GET /products HTTP/9.9',
  'GET /products',
  'GARBAGE /products HTTP/1.1',
  'GET http://evil.example/products HTTP/1.1',
  'GET //evil.example/products HTTP/1.1',
  'GET /products/../orders HTTP/1.1',
  'GET /products/%2e%2e/orders HTTP/1.1',
  'GET /%00 HTTP/1.1',
  'GET /products?%ff=%fe HTTP/1.1',
  'GET /products\\..\\orders HTTP/1.1',
  'OPTIONS * HTTP/1.1',
  'CONNECT evil.example:443 HTTP/1.1',
  'TRACE / HTTP/1.1',
  'PRI * HTTP/2.0',
  `GET /${'a'.repeat(20_000)} HTTP/1.1`,
  'get /products http/1.1',
  'GET // HTTP/1.1',
  'GET http://[ HTTP/1.1',
  'POST /token HTTP/1.1',
  'POST /script HTTP/1.1',
  'PUT /_platform/faults HTTP/1.1',
  'POST /2015-03-31/functions HTTP/1.1',
  'GET /authorize?client_id=%zz&client_id HTTP/1.1',
);

/** Paths of the API, the issuer, the partner and the gateway. */
const postPath = fc.constantFrom('/orders', '/token', '/authorize', '/script', '/', '/_platform/faults');

const rawBytes: Arbitrary<RawBytes> = fc.oneof(
  fc
    .tuple(fc.array(headerLine, { minLength: 1, maxLength: 5 }), fc.oneof(fc.constant(body), chunkBodies), postPath)
    .map(([lines, content, path]) => post(lines, content, path)),
  fc.tuple(chunkBodies, postPath).map(([content, path]) => post([chunked, length], content, path)),
  fc
    .tuple(startLine, fc.array(headerLine, { maxLength: 3 }))
    .map(([start, lines]) => [start, 'Host: HOST', ...lines, '', ''].join('\r\n')),
  fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
  fc
    .tuple(fc.nat({ max: 200 }), postPath)
    .map(([end, path]) => post([length, 'Content-Type: application/json'], body, path).slice(0, end)),
);

export function generateRaw(count: number, seed: number): RawBytes[] {
  return fc.sample(rawBytes, { numRuns: count, seed });
}

/** Requests that never end; the server must close their connections soon. */
export const unfinished: readonly RawBytes[] = [
  'GET /pro',
  'GET /products HTTP/1.1\r\nHost: HOST\r\nX-',
  'POST /orders HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\nX: y\r\n',
  'POST /token HTTP/1.1\r\nHost: HOST\r\nContent-Length: 100\r\n\r\n{"customer"',
  'PUT /script HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{',
];

export interface RawOutcome {
  /** Status codes of all answers on the connection. */
  readonly statuses: readonly number[];
  /** True when the connection was still open after the timeout. */
  readonly hung: boolean;
}

/** Sends the bytes, half-closes unless `keepOpen`, and waits until the connection ends. */
export function sendRaw(
  url: string,
  bytes: RawBytes,
  { withinMs = 10_000, keepOpen = false } = {},
): Promise<RawOutcome> {
  const { hostname, port, host } = new URL(url);
  return new Promise((resolve) => {
    let received = '';
    const socket = connect(Number(port), hostname, () => {
      socket.write(Buffer.from(bytes.replaceAll('HOST', host), 'latin1'));
      if (!keepOpen) socket.end();
    });
    const done = (hung: boolean) => {
      socket.destroy();
      const statuses = [...received.matchAll(/HTTP\/1\.[01] (\d{3})/g)].map((match) => Number(match[1]));
      resolve({ statuses, hung });
    };
    const timer = setTimeout(() => done(true), withinMs);
    socket.setEncoding('latin1').on('data', (piece) => {
      received += piece;
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(timer);
      done(false);
    });
  });
}
