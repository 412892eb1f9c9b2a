import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startChromium } from '../../scripts/pictures/chromium.ts';
import { platform } from '../support/deployed.ts';
import { call } from '../unit/platform/stub.ts';

/** Names of the attacker: another site, and another port of this machine. */
const foreignNames = ['evil.example', '127.0.0.1'];
const { listeners, partnerUrl, endpointUrl = '' } = platform;
/** These listeners answer web pages: they check tokens themselves. */
const open = new Set([platform.apiUrl, platform.edgeUrl]);

const server = createServer((_, response) => {
  response
    .setHeader('content-type', 'text/html')
    .end('<!doctype html><title>evil</title><iframe name="frame"></iframe>');
});
let port = 0;
let browser: Browser;

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  port = (server.address() as AddressInfo).port;
  // As after DNS rebinding: the attacker's name resolves to this machine.
  browser = await startChromium(['--host-resolver-rules=MAP evil.example 127.0.0.1']);
});
afterAll(async () => {
  await browser?.close();
  server.closeAllConnections();
  server.close();
});

const readPaths = [
  '/',
  '//',
  '/%',
  '/book',
  '/script',
  '/token',
  '/.well-known/jwks.json',
  '/_platform/calls',
  '/orders',
];
const writes: readonly (readonly [path: string, body: string])[] = [
  ['/script', 'down=on&errorPercent=100&min=1&max=2'],
  ['/orders', '{"orderId":"x","sku":"lamp","quantity":1}'],
  ['/token', '{"customer":"anna","admin":true}'],
  ['/token', 'grant_type=authorization_code&code=x'],
  ['/authorize', 'customer=anna'],
  ['/_platform/faults', '{"seed":1,"faults":[{"kind":"reject"}]}'],
  ['/_platform/function-calls', ''],
  ['/_ministack/reset', ''],
  ['/2015-03-31/functions', '{"FunctionName":"evil"}'],
  ['/?Action=DeleteQueue', 'Action=DeleteQueue'],
];

/** Tries everything that a page can send, with and without a preflight. Returns the answers that it could read. */
function attack(page: Page, url: string): Promise<string[]> {
  return page.evaluate(
    async ([target, reads, posts]) => {
      const read: string[] = [];
      const attempt = async (path: string, init: RequestInit) => {
        try {
          const answer = await fetch(target + path, { signal: AbortSignal.timeout(10_000), ...init });
          if (answer.type !== 'opaque') read.push(`${init.method ?? 'GET'} ${path} ${answer.status}`);
        } catch {
          // The browser kept the answer from the page.
        }
      };
      for (const path of reads) await attempt(path, {});
      for (const [path, body] of posts) {
        await attempt(path, { method: 'POST', mode: 'no-cors', body });
        await attempt(path, { method: 'POST', mode: 'no-cors', body: new URLSearchParams(body) });
        await attempt(path, { method: 'PUT', body });
        await attempt(path, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
        const form = document.createElement('form');
        Object.assign(form, { method: 'post', action: target + path, target: 'frame', enctype: 'text/plain' });
        form.innerHTML = `<input name='${body}'>`;
        document.body.append(form);
        form.submit();
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
      await new Promise((resolve) => {
        const socket = new WebSocket(target.replace('http', 'ws'));
        socket.onclose = resolve;
        socket.onopen = () => {
          read.push('WebSocket');
          resolve(undefined);
        };
      });
      return read;
    },
    [url, readPaths, writes] as const,
  );
}

const readState = async () => ({
  script: (await call(`${partnerUrl}/script`)).body,
  book: (await call(`${partnerUrl}/book`)).body,
  faults: (await call(`${endpointUrl}/_platform/faults`)).body,
});

test.each(foreignNames)(
  'a page of %s reads nothing of any listener, changes nothing, and ends nothing',
  async (name) => {
    const before = await readState();
    const page = await browser.newPage();
    const answered: string[] = [];
    page.on('response', (response) => {
      const { origin } = new URL(response.url());
      const isOurs = listeners.some(({ url }) => url === origin);
      if (isOurs && !open.has(origin) && response.status() < 400)
        answered.push(`${response.status()} ${response.url()}`);
    });
    await page.goto(`http://${name}:${port}/`);
    for (const { name: listener, url } of listeners) {
      const read = await attack(page, url);
      // Answers that the API gives to every caller are no secret: without a token they are 4xx.
      const secret = open.has(url) ? read.filter((one) => !/ 4\d\d$/.test(one)) : read;
      expect(secret, listener).toEqual([]);
    }
    expect(answered).toEqual([]);
    expect(await readState()).toEqual(before);
    for (const { name: listener, url } of listeners)
      expect((await call(url)).status, listener).toBeGreaterThanOrEqual(200);
    await page.close();
  },
  120_000,
);

test('no listener answers under a name that was rebound to this machine', async () => {
  const page = await browser.newPage();
  for (const { name, url } of listeners) {
    const answer = await page.goto(`http://evil.example:${new URL(url).port}/`);
    expect(answer?.status(), name).toBe(403);
  }
  await page.close();
});
