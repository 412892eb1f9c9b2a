import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { requestLimitMs } from '../../../functions/runtime/http.ts';
import { freePort } from '../../../scripts/platform/http/free-port.ts';
import { projectFolder } from '../../../scripts/platform/process/paths.ts';
import { otherBundleOptions } from '../../../stacks/build/other-bundles.ts';
import type { CloudService } from '../../../stacks/model/clouds/scaling.ts';
import { cacheEnvironment } from '../../../stacks/model/environments/cache-environment.ts';
import { stages } from '../../../stacks/model/stages/stages.ts';

// The process that Google starts: the framework's own command on a bundled entry.

const packages = join(projectFolder, 'functions/adapters/google/node_modules');
const folder = mkdtempSync(join(tmpdir(), 'function-'));
const cli = join(packages, '@google-cloud/functions-framework/build/src/main.js');
/** The command listens on every interface, so its `listen` is given loopback. */
const onLoopback = `
  const { Server } = require('node:net');
  const { listen } = Server.prototype;
  Server.prototype.listen = function (port, done) { return listen.call(this, Number(port), '127.0.0.1', done); };`;
const shared = {
  PATH: process.env.PATH ?? '',
  NODE_ENV: 'production',
  NODE_OPTIONS: `--require=${join(folder, 'loopback.cjs')}`,
  GOOGLE_CLOUD_PROJECT: 'local',
  FIRESTORE_DATABASE: 'local',
  // Nothing answers there, and nothing needs to.
  FIRESTORE_EMULATOR_HOST: '127.0.0.1:1',
  PUBSUB_EMULATOR_HOST: '127.0.0.1:1',
  METADATA_SERVER_DETECTION: 'none',
};
const keys = await generateKeyPair('RS256');
const token = await new SignJWT({})
  .setProtectedHeader({ alg: 'RS256', kid: 'one' })
  .setIssuer('http://127.0.0.1:1')
  .setAudience('shop')
  .setSubject('ada')
  .setIssuedAt()
  .setExpirationTime('1h')
  .sign(keys.privateKey);
const api = {
  OIDC_ISSUER: 'http://127.0.0.1:1',
  OIDC_AUDIENCE: 'shop',
  ORDER_TOPIC: 'orders',
  EVENT_TOPIC: 'events',
  OIDC_JWKS: JSON.stringify({ keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'one', alg: 'RS256' }] }),
  ...cacheEnvironment(stages.local),
};
const worker = {
  EVENT_TOPIC: 'events',
  DEAD_LETTER_TOPIC: 'dead',
  PUSH_ISSUER: 'http://127.0.0.1:1',
  PUSH_KEYS_URL: 'http://127.0.0.1:1/keys',
  PUSH_AUDIENCE: 'workers',
  PUSH_ACCOUNT: 'pusher@local',
};

interface Started {
  readonly child: ChildProcess;
  readonly port: number;
  readonly url: string;
}
const started: Started[] = [];

async function start(service: CloudService, env: Readonly<Record<string, string>>): Promise<Started> {
  const source = join(folder, service);
  await build({ ...otherBundleOptions('google', [service]), outdir: folder, logLevel: 'error' });
  const port = await freePort();
  const settings = { ...shared, ...env, FUNCTION_TARGET: service, PORT: String(port) };
  const child = spawn(process.execPath, [cli, `--source=${source}`, `--target=${service}`], {
    env: settings,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const one = { child, port, url: `http://127.0.0.1:${port}` };
  started.push(one);
  for (let tries = 0; tries < 200; tries++) {
    if (await fetch(`${one.url}/favicon.ico`).catch(() => undefined)) return one;
    await sleep(100);
  }
  throw new Error(`${service} does not listen`);
}

let intake: Started;
let settlement: Started;
beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'loopback.cjs'), onLoopback);
  symlinkSync(packages, join(folder, 'node_modules'));
  [intake, settlement] = await Promise.all([start('intake', api), start('settlement', worker)]);
});
afterAll(async () => {
  for (const { child } of started) {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
  rmSync(folder, { recursive: true });
});

/** The most memory that the process has had, in MB. */
const peakMb = ({ child }: Started) =>
  Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1_024;

const zeros = Buffer.alloc(400 * 1024 * 1024, ' ');
const bomb = gzipSync(zeros);

test('a gzip bomb takes no memory, whoever sends it', async (context) => {
  context.skip(process.platform !== 'linux', 'the peak memory of a process is read from /proc');
  for (const to of [intake, settlement]) {
    const before = peakMb(to);
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const answers = Array.from({ length: 5 }, () => fetch(`${to.url}/orders`, { method: 'POST', headers, body: bomb }));
    for (const answer of await Promise.all(answers)) expect([401, 403]).toContain(answer.status);
    expect(peakMb(to) - before, `${bomb.length} bytes five times`).toBeLessThan(60);
  }
});

const problem = { 'content-type': 'application/problem+json' };
const small = (text: string) => Buffer.from(text);
const json = 'application/json';
const bodies: [string, Record<string, string>, Buffer][] = [
  ['gzip', { 'content-type': json, 'content-encoding': 'gzip' }, gzipSync(small('{}'))],
  ['deflate', { 'content-type': json, 'content-encoding': 'deflate' }, deflateSync(small('{}'))],
  ['Brotli', { 'content-type': json, 'content-encoding': 'br' }, brotliCompressSync(zeros.subarray(0, 1 << 20))],
  ['an unknown coding', { 'content-type': json, 'content-encoding': 'x' }, small('{}')],
  ['gzip that is none', { 'content-type': json, 'content-encoding': 'gzip' }, small('{}')],
  ['malformed JSON', { 'content-type': json }, small('{"sku":')],
  ['JSON of a scalar', { 'content-type': json }, small('1')],
  ['another charset', { 'content-type': `${json}; charset=x-none` }, small('{}')],
  ['UTF-16', { 'content-type': `${json}; charset=utf-16` }, Buffer.from('\ufeff{}', 'utf16le')],
  ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, small('a[b]=%E0%A4%A&'.repeat(100))],
  ['a form of 2,000 parameters', { 'content-type': 'application/x-www-form-urlencoded' }, small('a=b&'.repeat(2_000))],
  ['multipart', { 'content-type': 'multipart/form-data; boundary=x' }, small('--x\r\n\r\nx\r\n--x--')],
  ['a CloudEvent', { 'content-type': 'application/cloudevents+json' }, small('{')],
  ['text in another charset', { 'content-type': 'text/plain; charset=none' }, small('x')],
  ['no type', {}, small('{}')],
  ['5 MB', { 'content-type': json }, Buffer.alloc(5_000_000, ' ')],
];

test.each(bodies)('the API answers %s with a problem document', async (_, headers, body) => {
  const answer = await fetch(`${intake.url}/orders`, { method: 'POST', headers, body: new Uint8Array(body) });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([401, problem['content-type']]);
  expect(await answer.json()).toMatchObject({ code: 'UNAUTHENTICATED' });

  const signedIn = { ...headers, authorization: `Bearer ${token}`, 'idempotency-key': 'key-00000001' };
  const init = { method: 'POST', headers: signedIn, body: new Uint8Array(body) };
  const refused = await fetch(`${intake.url}/orders`, init);
  expect([400, 413, 415]).toContain(refused.status);
  expect(refused.headers.get('content-type')).toBe(problem['content-type']);
  expect(await refused.json()).toMatchObject({
    code: expect.stringMatching(/MALFORMED|INVALID|TOO_LARGE|UNSUPPORTED/),
  });
});

test.each([
  ['GET', '/favicon.ico', 404],
  ['GET', '/robots.txt', 404],
  ['GET', '/orders/%E0%A4%A', 401],
  ['GET', '/%', 404],
  ['GET', '//', 404],
  ['OPTIONS', '/orders', 405],
  ['PATCH', '/orders', 405],
  ['TRACE', '/orders', 405],
])('the API answers %s %s with a problem document', async (method, path, status) => {
  expect(await raw(intake, `${method} ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`)).toMatch(
    new RegExp(`^HTTP/1.1 ${status} [\\s\\S]*content-type: application/problem\\+json[\\s\\S]*"code":`, 'i'),
  );
});

test('HEAD gets the status without a body', async () => {
  const answer = await fetch(`${intake.url}/orders`, { method: 'HEAD' });
  expect([answer.status, await answer.text()]).toEqual([401, '']);
});

async function raw({ port }: Started, request: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(request);
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk;
  });
  await once(socket, 'close');
  return text;
}

const close = 'host: x\r\nconnection: close\r\n';
test.each([
  ['a body in chunks without a length', `transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`],
  ['chunks that never end', `transfer-encoding: chunked\r\n\r\n${`4000\r\n${' '.repeat(0x4000)}\r\n`.repeat(3)}`],
  ['a body that is announced as 10 GB', `content-length: 10000000000\r\n\r\n${' '.repeat(20_000)}`],
  ['Expect: 100-continue', `expect: 100-continue\r\ncontent-length: 2\r\n\r\n{}`],
  ['another expectation', `expect: a miracle\r\ncontent-length: 2\r\n\r\n{}`],
  ['200 headers', `${Array.from({ length: 200 }, (_, n) => `x-${n}: x\r\n`).join('')}content-length: 2\r\n\r\n{}`],
])('the API answers %s at once', async (_, rest) => {
  const text = await raw(intake, `POST /orders HTTP/1.1\r\n${close}content-type: application/json\r\n${rest}`);
  expect(text).toMatch(/HTTP\/1.1 401 [\s\S]*"code":"UNAUTHENTICATED"/);
});

test('the API ends a body that does not arrive, with a problem document and the connection', async () => {
  const signedIn = `authorization: Bearer ${token}\r\nidempotency-key: key-00000001\r\n`;
  const rest = `${signedIn}content-type: application/json\r\ncontent-length: 1000\r\n\r\n{"sku":`;
  const begun = performance.now();
  const text = await raw(intake, `POST /orders HTTP/1.1\r\nhost: x\r\n${rest}`);
  expect(text).toMatch(/^HTTP\/1.1 408 [\s\S]*application\/problem\+json[\s\S]*"code":"REQUEST_TIMEOUT"/i);
  expect(text).toMatch(/connection: close/i);
  expect(performance.now() - begun).toBeLessThan(2 * requestLimitMs);
}, 20_000);

test('a refused sender of a slow body keeps no connection', async () => {
  const rest = 'content-length: 1000\r\n\r\n{';
  const begun = performance.now();
  expect(await raw(settlement, `POST / HTTP/1.1\r\nhost: x\r\n${rest}`)).toMatch(/^HTTP\/1.1 403 /);
  expect(performance.now() - begun).toBeLessThan(2 * requestLimitMs);
}, 20_000);

const bearer = `authorization: Bearer ${token}\r\n`;
const inChunks = (bytes: Buffer) => `${bytes.length.toString(16)}\r\n${bytes.toString('latin1')}\r\n0\r\n\r\n`;
const chunked = 'content-type: application/json\r\nidempotency-key: key-00000001\r\ntransfer-encoding: chunked\r\n';
test.each([
  ['two tokens', `GET /orders HTTP/1.1\r\n${close}${bearer}${bearer}\r\n`, 401, 'UNAUTHENTICATED'],
  ['a limit twice', `GET /orders?limit=1&limit=2 HTTP/1.1\r\n${close}${bearer}\r\n`, 400, 'INVALID_REQUEST'],
  ['a whole URL', `GET http://x/orders?limit=0 HTTP/1.1\r\n${close}${bearer}\r\n`, 400, 'INVALID_REQUEST'],
  ['a whole URL without a path', `GET http://x HTTP/1.1\r\n${close}\r\n`, 404, 'NOT_FOUND'],
  ['an encoded slash', `GET /orders%2fx HTTP/1.1\r\n${close}${bearer}\r\n`, 404, 'NOT_FOUND'],
  ['HTTP/1.0 without a host', `GET /orders?limit=0 HTTP/1.0\r\n${bearer}\r\n`, 400, 'INVALID_REQUEST'],
  [
    'a GET with a body',
    `GET /orders?limit=0 HTTP/1.1\r\n${close}${bearer}content-length: 2\r\n\r\n{}`,
    400,
    'INVALID_REQUEST',
  ],
  [
    'gzip in chunks',
    `POST /orders HTTP/1.1\r\n${close}${bearer}content-encoding: gzip\r\n${chunked}\r\n${inChunks(small('{}'))}`,
    ...[415, 'UNSUPPORTED_MEDIA_TYPE'],
  ],
  [
    'a list of codings',
    `POST /orders HTTP/1.1\r\n${close}${bearer}content-encoding: identity\r\ncontent-encoding: br\r\n${chunked}\r\n${inChunks(small('{}'))}`,
    ...[415, 'UNSUPPORTED_MEDIA_TYPE'],
  ],
  [
    'two types',
    `POST /orders HTTP/1.1\r\n${close}${bearer}content-type: text/plain\r\n${chunked}\r\n${inChunks(small('{}'))}`,
    ...[415, 'UNSUPPORTED_MEDIA_TYPE'],
  ],
  [
    'two keys',
    `POST /orders HTTP/1.1\r\n${close}${bearer}idempotency-key: key-00000002\r\n${chunked}\r\n${inChunks(small('{}'))}`,
    ...[400, 'IDEMPOTENCY_KEY_REQUIRED'],
  ],
] as [string, string, number, string][])(
  'the API judges %s as the other clouds do',
  async (_, request, status, code) => {
    const text = await raw(intake, request);
    expect([text.slice(9, 12), /"code":"(\w+)"/.exec(text)?.[1]]).toEqual([String(status), code]);
  },
);

test('a worker reads no body before it knows who sends it', async () => {
  const rest = 'content-length: 10000000000\r\n\r\n';
  expect(await raw(settlement, `POST / HTTP/1.1\r\n${close}${rest}`)).toMatch(/^HTTP\/1.1 403 /);
});

test.each(['GET', 'HEAD', 'OPTIONS', 'PUT'])('a worker refuses %s', async (method) => {
  expect((await fetch(settlement.url, { method })).status).toBe(405);
});
