import { globSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { readBody } from '../../../scripts/platform/http/body.ts';
import { anyPage } from '../../../scripts/platform/http/guard.ts';
import { type Answer, type ListenOptions, listen, openListeners } from '../../../scripts/platform/http/listen.ts';
import { call } from './stub.ts';

const root = join(import.meta.dirname, '../../..');

async function listener(answer: Answer, options: ListenOptions = {}) {
  const started = await listen(0, 'the test', answer, options);
  onTestFinished(() => started.close());
  return started;
}

const echo: Answer = async (request, response, url) => {
  response.end(`${url.pathname} ${(await readBody(request)).length}`);
};

/** Sends bytes, and returns everything that comes back until the connection ends. */
function raw(port: number, text: string, { keepOpen = false } = {}): Promise<string> {
  return new Promise((resolve) => {
    let received = '';
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(text.replaceAll('HOST', `127.0.0.1:${port}`), 'latin1');
      if (!keepOpen) socket.end();
    });
    socket.on('data', (piece) => {
      received += piece;
    });
    socket.on('error', () => {}).on('close', () => resolve(received));
  });
}

it('only listen.ts makes a server', () => {
  const servers = /\bcreate(Secure)?Server\(|new (\w+\.)?Server\(|(server|app|framework)\w*\.listen\(/i;
  const allowed = [
    'scripts/platform/http/listen.ts',
    // Probes for a free port, and accepts no connection.
    'scripts/platform/http/free-port.ts',
    // The stores of a function's first call while its code cache is made: without the project's packages.
    'stacks/build/code-cache/store-stub.ts',
    // gRPC, over HTTP/2 without TLS: no browser speaks it.
    'scripts/clouds/google/fallback/firestore.ts',
    'scripts/clouds/google/fallback/pubsub.ts',
  ];
  const sources = globSync('{scripts,functions,stacks,storefront}/**/*.{ts,mjs,js,tsx}', {
    cwd: root,
    exclude: ['**/node_modules/**'],
  });
  const found = sources.filter((file) => servers.test(readFileSync(join(root, file), 'utf8')));
  expect(found).toContain('scripts/platform/http/listen.ts');
  expect(found.filter((file) => !allowed.includes(file))).toEqual([]);
});

describe('a listener', () => {
  it('is listed while it is open', async () => {
    const started = await listen(0, 'the listed one', echo);
    expect(openListeners()).toContain(started);
    await started.close();
    expect(openListeners()).not.toContain(started);
  });

  it.each([
    ['//', '//'],
    ['//evil.example/x', '//evil.example/x'],
    ['/%', '/%'],
    ['/%zz?%ff=%fe&&=', '/%zz'],
    ['/a/../b', '/b'],
  ])('passes the odd path %s on', async (target, pathname) => {
    const { port } = await listener(echo);
    expect(await raw(port, `GET ${target} HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n`)).toContain(
      `${pathname} 0`,
    );
  });

  it.each([
    ['http://[', 'http://['],
    ['http://evil.example/', 'http://evil.example/'],
    ['of a proxy', 'http://HOST/'],
    ['*', '*'],
    ['without a slash', 'evil.example:443'],
  ])('refuses the target %s', async (_what, target) => {
    const answered = vi.fn(echo);
    const { port } = await listener(answered);
    expect(await raw(port, `OPTIONS ${target} HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n`)).toMatch(/ 400 /);
    expect(answered).not.toHaveBeenCalled();
  });

  it('has the strictest guard by default, and checks the Host whatever its guard is', async () => {
    const strict = await listener(echo);
    const open = await listener(echo, { guard: anyPage });
    const page = { headers: { origin: 'https://evil.example' } };
    expect((await call(strict.url, page)).status).toBe(403);
    expect((await call(open.url, page)).status).toBe(200);
    expect((await call(open.url, { headers: { host: 'evil.example' } })).status).toBe(403);
    expect(await raw(open.port, 'GET / HTTP/1.1\r\nHost: HOST\r\nHost: evil.example\r\n\r\n')).toMatch(/ 403 /);
    expect(await raw(open.port, 'GET / HTTP/1.0\r\n\r\n')).toMatch(/ 403 /);
  });

  it('answers 500 to an error and goes on', async () => {
    const log = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const throwing: Answer[] = [
      () => {
        throw new Error('at once');
      },
      async () => {
        await sleep(1);
        throw new Error('later');
      },
    ];
    for (const answer of throwing) {
      const { url } = await listener(answer);
      for (let i = 0; i < 2; i++) expect(JSON.parse((await call(url)).body)).toMatchObject({ code: 'platform_failed' });
    }
    expect(log.mock.calls.flat().join()).toMatch(/the test: Error: at once[\s\S]*the test: Error: later/);
    log.mockRestore();
  });

  it('survives a sender that hangs up in the middle of its body, without a line in the log', async () => {
    const log = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const { port, url } = await listener(echo);
    await raw(port, 'POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: 10\r\n\r\nabc');
    await raw(port, 'POST / HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab');
    expect((await call(url, { method: 'POST', body: 'abc' })).body).toBe('/ 3');
    expect(log).not.toHaveBeenCalled();
    log.mockRestore();
  });

  it('refuses a body that is announced or becomes too long, and reads none of the rest', async () => {
    const seen: number[] = [];
    const { port, url } = await listener(
      async (request, response) => {
        seen.push((await readBody(request)).length);
        response.end();
      },
      { maxBodyBytes: 10 },
    );
    expect((await call(url, { method: 'POST', body: 'x'.repeat(10) })).status).toBe(200);
    expect((await call(url, { method: 'POST', body: 'x'.repeat(11) })).status).toBe(413);
    const chunks = `8\r\n12345678\r\n`.repeat(3);
    const long = `POST / HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}0\r\n\r\n`;
    expect(await raw(port, long)).toMatch(/^HTTP\/1\.1 413 /);
    expect(seen).toEqual([10]);
  });

  it('refuses a body that is too long even if nothing reads it', async () => {
    const { port } = await listener((_, response) => sleep(50).then(() => response.end('done')), {
      maxBodyBytes: 10,
    });
    const chunks = `400\r\n${'x'.repeat(1_024)}\r\n`.repeat(3);
    const answer = await raw(
      port,
      `POST / HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}0\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer.match(/HTTP\/1\.1 \d/g)).toHaveLength(1);
  });

  it.each([
    ['headers', 'GET / HTTP/1.1\r\nHost: HOST\r\nX-'],
    ['body', 'POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: 10\r\n\r\nabc'],
    ['chunk', 'POST / HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab'],
  ])('ends the connection of a sender that never ends its %s', async (_what, text) => {
    const limits = { headersTimeout: 100, requestTimeout: 200, connectionsCheckingInterval: 50 };
    const { port } = await listener(echo, { limits });
    expect(await raw(port, text, { keepOpen: true })).toMatch(/^HTTP\/1\.1 408 /);
  });

  it.each([
    ['CONNECT', 'CONNECT evil.example:443 HTTP/1.1\r\nHost: HOST\r\n\r\n', /^$/],
    ['an unknown expectation', 'GET / HTTP/1.1\r\nHost: HOST\r\nExpect: nonsense\r\n\r\n', / 417 /],
    ['an upgrade', 'GET / HTTP/1.1\r\nHost: HOST\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n', / 200 /],
    ['a NUL in a header', 'GET / HTTP/1.1\r\nHost: HOST\r\nX: \u0000\r\n\r\n', / 400 /],
    ['a huge header', `GET / HTTP/1.1\r\nHost: HOST\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`, / 431 /],
    ['a broken chunk', 'POST / HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', / 400 |^$/],
    ['the start of TLS', '\u0016\u0003\u0001\u0000', / 400 /],
  ])('survives %s', async (_what, text, answer) => {
    const { port, url } = await listener(echo);
    expect(await raw(port, text)).toMatch(answer);
    expect((await call(url)).status).toBe(200);
  });

  it('answers pipelined requests in order', async () => {
    const { port } = await listener(echo);
    const two = ['/one', '/two'].map((path) => `GET ${path} HTTP/1.1\r\nHost: HOST\r\n\r\n`).join('');
    expect(await raw(port, two)).toMatch(/\/one 0[\s\S]*\/two 0/);
  });
});
