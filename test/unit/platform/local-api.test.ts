import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findRoute, LocalApi, type LocalApiLimits } from '../../../scripts/platform/api/local-api.ts';
import { buildThrottles } from '../../../scripts/platform/api/throttles.ts';
import { CallCounters } from '../../../scripts/platform/gateway/counters.ts';
import { call, deferred, type Respond, stubEngine } from './stub.ts';

const concurrency = { catalog: 2, intake: 2, stock: 2 };

async function apiInFront(respond?: Respond, limits: LocalApiLimits = {}) {
  const engine = await stubEngine(respond);
  const counters = new CallCounters();
  const localApi = new LocalApi(counters);
  await localApi.listen(0);
  onTestFinished(() => localApi.close());
  const to = (service: string) => ({ forwarder: engine.forwarder, path: (path: string) => `/${service}${path}` });
  localApi.connect(
    { catalog: to('catalog'), intake: to('intake'), stock: { ...to('stock'), host: 'stock.url' } },
    { concurrency, ...limits },
  );
  return { engine, localApi, counters };
}

describe('the local API', () => {
  it.each([
    ['GET', '/products', 'catalog'],
    ['GET', '/products/mug-blue?x=1', 'catalog'],
    ['PUT', '/products/mug-blue', 'stock'],
    ['POST', '/products/mug-blue/stock', 'stock'],
    ['GET', '/products/mug-blue/stock', 'catalog'],
    ['POST', '/orders', 'intake'],
    ['DELETE', '/orders/1', 'intake'],
    ['PATCH', '/orders', 'catalog'],
    ['GET', '/nowhere', 'catalog'],
  ])('routes %s %s to %s', async (method, path, service) => {
    const { engine, localApi } = await apiInFront();
    await call(localApi.url + path, { method });
    expect(engine.seen[0]?.url).toBe(`/${service}${path}`);
  });

  it('sends the Host header of the destination', async () => {
    const { engine, localApi } = await apiInFront();
    await call(`${localApi.url}/products/a/stock`, { method: 'POST' });
    expect(engine.seen[0]?.headers.host).toBe('stock.url');
  });

  it('accepts browsers of any origin, but no foreign host', async () => {
    const { localApi } = await apiInFront();
    expect((await call(localApi.url, { headers: { origin: 'https://shop.example' } })).status).toBe(200);
    expect((await call(localApi.url, { headers: { host: 'evil.example' } })).status).toBe(403);
  });

  it('calls a function only when the whole body is there, so that slow senders hold none', async () => {
    const { engine, localApi } = await apiInFront();
    const { port, host } = new URL(localApi.url);
    const slow = Array.from({ length: 2 * concurrency.intake }, () => connect(Number(port), '127.0.0.1'));
    onTestFinished(() => {
      for (const socket of slow) socket.destroy();
    });
    for (const socket of slow)
      socket.write(`POST /orders HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 100\r\n\r\n{"sku"`);
    await expect.poll(() => slow.every(({ bytesWritten }) => bytesWritten > 0)).toBe(true);
    expect((await call(`${localApi.url}/orders`, { method: 'POST', body: '{}' })).status).toBe(200);
    expect(engine.seen.map(({ body }) => body)).toEqual(['{}']);
  });

  it('counts calls by the names of the route table', async () => {
    const { localApi, counters } = await apiInFront();
    await call(`${localApi.url}/orders`, { method: 'POST' });
    await call(`${localApi.url}/nowhere`);
    expect(counters.snapshot()).toEqual({ api: { placeOrder: 1, other: 1 } });
  });

  it.each([429, 503])('adds Retry-After to a %d that lacks it', async (status) => {
    const { localApi } = await apiInFront((_seen, response) => void response.writeHead(status).end());
    expect((await call(localApi.url)).headers['retry-after']).toBe('1');
  });

  it('keeps the Retry-After of the API', async () => {
    const { localApi } = await apiInFront(
      (_seen, response) => void response.writeHead(429, { 'retry-after': '7' }).end(),
    );
    expect((await call(localApi.url)).headers['retry-after']).toBe('7');
  });

  it('limits the concurrent requests of a service, and lets the others wait', async () => {
    const gate = deferred();
    const { engine, localApi } = await apiInFront(async (_seen, response) => {
      await gate.promise;
      response.end();
    });
    const calls = Array.from({ length: 6 }, () => call(`${localApi.url}/orders`, { method: 'POST' }));
    await expect.poll(() => engine.seen.length).toBe(2);
    await call(`${localApi.url}/orders`, { method: 'PATCH', headers: { host: 'evil.example' } });
    expect(engine.seen.length).toBe(2);
    gate.resolve();
    expect((await Promise.all(calls)).map(({ status }) => status)).toEqual(Array(6).fill(200));
  });

  it("answers 503 when a service's queue is full", async () => {
    const gate = deferred();
    const respond: Respond = async (_seen, response) => {
      await gate.promise;
      response.end();
    };
    const { counters, localApi } = await apiInFront(respond, { longestQueue: 1 });
    const post = () => call(`${localApi.url}/orders`, { method: 'POST' });
    const waiting = [post(), post(), post()];
    await expect.poll(() => counters.snapshot().api?.placeOrder).toBe(3);
    expect(await post()).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    gate.resolve();
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  describe('with throttles', () => {
    const few = { ratePerSecond: 1, burst: 2 };
    const many = { ratePerSecond: 1_000, burst: 1_000 };
    const settings = { read: many, write: few, admin: many };
    let now = 0;
    const throttled = () => apiInFront(undefined, { throttles: buildThrottles(settings, () => now) });

    it('allows a burst and then the rate, per route', async () => {
      const { localApi } = await throttled();
      const post = () => call(`${localApi.url}/orders`, { method: 'POST' });
      expect([await post(), await post(), await post()].map(({ status }) => status)).toEqual([200, 200, 429]);
      expect(await call(`${localApi.url}/orders/1`, { method: 'DELETE' })).toMatchObject({ status: 200 });
      now += 999;
      expect(await post()).toMatchObject({ status: 429, headers: { 'retry-after': '1' } });
      now += 1;
      expect(await post()).toMatchObject({ status: 200 });
      now += 1_000_000;
      expect([await post(), await post(), await post()].map(({ status }) => status)).toEqual([200, 200, 429]);
    });

    it('counts requests through the edge too', async () => {
      const { localApi, engine } = await throttled();
      const ask = () =>
        localApi.originFor('intake')({
          method: 'POST',
          path: '/orders',
          headers: {},
          signal: AbortSignal.timeout(5_000),
        });
      await call(`${localApi.url}/orders`, { method: 'POST' });
      expect([(await ask()).status, (await ask()).status]).toEqual([200, 429]);
      expect(engine.seen.length).toBe(2);
    });
  });

  it('answers 503 until something is deployed', async () => {
    const localApi = new LocalApi(new CallCounters());
    await localApi.listen(0);
    onTestFinished(() => localApi.close());
    expect(await call(localApi.url)).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
  });

  it('fails at once when its port is taken', async () => {
    const { localApi } = await apiInFront();
    const second = new LocalApi(new CallCounters());
    await expect(second.listen(Number(new URL(localApi.url).port))).rejects.toMatchObject({ code: 'port_taken' });
  });
});

it('names known routes by the table, and all others `other`', () => {
  expect(findRoute('GET', '/orders/1')).toEqual({ service: 'intake', name: 'getOrder' });
  expect(findRoute('GET', '/orders/1/x.css')).toEqual({ service: 'catalog', name: 'other' });
});
