import { Agent, request } from 'node:http';
import fc, { type Arbitrary } from 'fast-check';

/** A listener of the platform, by its name in `openListeners`. */
export interface Target {
  readonly name: string;
  readonly url: string;
}

/** A request that any listener may get: from a program, from another site's page, or with another host name. */
export interface ListenerRequest {
  readonly method: string;
  /** Sent verbatim, possibly without a leading slash. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

const region = 'us-east-1';
const credential = `Credential=AKIAGUESSED/20261129/${region}/lambda/aws4_request`;

/** Paths of all listeners, and paths that none of them serves. */
const paths = fc.constantFrom(
  ...['/', '//', '//evil.example/', '/%', '/%zz', '/%00', '/..', '/../..', '/a/../b', '/?', '/??=&&=%ff'],
  ...['http://[', 'http://evil.example/', '*', 'evil.example:443', 'products'],
  ...['/products', '/orders', '/health', '/assets/x', '/index.html'],
  ...['/token', '/authorize', '/.well-known/jwks.json', '/.well-known/openid-configuration'],
  ...['/script', '/book', '/calls', '/catalog', '/intake', '/settlement'],
  ...['/_platform/calls', '/_platform/faults', '/_platform/function-calls'],
  ...['/2015-03-31/functions', '/2015-03-31/functions/x/invocations', '/_ministack/reset', '/_ministack/config'],
  ...[
    '/?Action=DeleteTable',
    '/bucket/key?X-Amz-Signature=0',
    `/?X-Amz-Credential=AKIAGUESSED/20261129/${region}/s3/x`,
  ],
);
const oddPath = fc.string({ unit: 'binary', maxLength: 60 }).map((text) => `/${encodeURI(text.toWellFormed())}`);
const longPath = fc.constant(`/${'a'.repeat(9_000)}`);

const headers: Arbitrary<Record<string, string>> = fc
  .record(
    {
      origin: fc.constantFrom('https://evil.example', 'null', 'http://127.0.0.1:1', 'OWN'),
      host: fc.constantFrom('evil.example', 'localhost.evil.example', '127.0.0.1:1'),
      'sec-fetch-site': fc.constantFrom('cross-site', 'same-site', 'same-origin', 'none'),
      'content-type': fc.constantFrom('application/json', 'application/x-www-form-urlencoded', 'text/plain', ''),
      'x-amz-target': fc.constantFrom('DynamoDB_20120810.DeleteTable', 'x', ''),
      'x-amz-content-sha256': fc.constantFrom('UNSIGNED-PAYLOAD', '0'),
      'idempotency-key': fc.constantFrom('', 'x', '__proto__'),
      expect: fc.constantFrom('100-continue', 'x'),
      authorization: fc.constantFrom(
        `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=host, Signature=0`,
        `AWS4-HMAC-SHA256 ${credential.replace('AKIA', 'ASIA')}, SignedHeaders=;;, Signature=`,
        ...['AWS4-HMAC-SHA256', 'AWS4-HMAC-SHA256 ,=,', 'AWS x:y', 'Bearer a.b.c', ''],
      ),
    },
    { requiredKeys: [] },
  )
  .map((chosen) => Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== undefined)));
/** Mostly few headers; with many, the first check would reject nearly every request. */
const fewHeaders = headers
  .chain((all) => fc.shuffledSubarray(Object.entries(all)))
  .map((entries) => Object.fromEntries(entries.slice(0, 3)));

const body = fc.oneof(
  fc.constantFrom('', '{', '[]', 'null', '{"customer":1}', '{"__proto__":{}}', 'customer=anna&admin=true', 'a=%ff&a='),
  fc.constantFrom('{"errorShare":2}', 'down=on&errorPercent=x', '{"seed":1,"faults":[{}]}', '{"orderId":"x"}'),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.json(),
);

const anyRequest: Arbitrary<ListenerRequest> = fc.record(
  {
    method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH', 'TRACE', 'PURGE'),
    path: fc.oneof({ weight: 8, arbitrary: paths }, { weight: 3, arbitrary: oddPath }, longPath),
    headers: fewHeaders,
    body,
  },
  { requiredKeys: ['method', 'path', 'headers'] },
);

export function generateListenerRequests(count: number, seed: number): ListenerRequest[] {
  return fc.sample(anyRequest, { numRuns: count, seed });
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 });
/** Listeners that check tokens and handle CORS themselves. */
const openToPages = new Set(['the API', 'the storefront', 'the Functions host']);

/** Sends a request and describes a wrong answer. Status 0: no answer, -1: timeout. */
export async function probe(
  { name, url }: Target,
  { method, path, headers: given, body: content }: ListenerRequest,
  withinMs: number,
): Promise<{ readonly status: number; readonly problem: string | undefined }> {
  const { hostname, port, host } = new URL(url);
  const sent = given.origin === 'OWN' ? { ...given, origin: url } : given;
  // Node sends a GET's body without announcing its length.
  const length = content === undefined ? {} : { 'content-length': String(Buffer.byteLength(content)) };
  const options = { hostname, port, method, path, agent, headers: { host, ...sent, ...length }, timeout: withinMs };
  const status = await new Promise<number>((resolve) => {
    const outgoing = request(options, (answer) => {
      answer.resume().once('close', () => resolve(answer.statusCode ?? 0));
    });
    outgoing
      .once('error', () => resolve(0))
      .once('timeout', () => {
        resolve(-1);
        outgoing.destroy();
      });
    outgoing.end(content);
  });
  return { status, problem: judge(name, sent, url, status) };
}

function judge(name: string, headers: Readonly<Record<string, string>>, url: string, status: number) {
  if (status === -1) return `${name}: hang`;
  if (status === 0) return `${name}: closed the connection without an answer`;
  if (status >= 500) return `${name}: answered ${status}`;
  const foreignPage = headers.origin !== undefined && headers.origin !== url && !openToPages.has(name);
  const isForeign = headers.host !== undefined || foreignPage;
  // Node sends a 417 before the listener sees the request.
  return isForeign && status < 400 ? `${name}: answered ${status} to a foreign page or host` : undefined;
}
