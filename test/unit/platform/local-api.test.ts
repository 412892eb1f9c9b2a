import { describe, expect, it, onTestFinished } from 'vitest';
import { LocalApi, type LocalApiLimits, routeOf } from '../../../scripts/platform/api/local-api.ts';
import { throttlesOf } from '../../../scripts/platform/api/throttles.ts';
import { CallCounters } from '../../../scripts/platform/gateway/counters.ts';
import { call, deferred, type Respond, stubEngine } from './stub.ts';

const concurrency = { catalog: 2, intake: 2, stock: 2 };

async function doorInFront(respond?: Respond, limits: LocalApiLimits = {}) {
  const engine = await stubEngine(respond);
  const counters = new CallCounters();
  const door = new LocalApi(counters);
  await door.listen(0);
  onTestFinished(() => door.close());
  const to = (service: string) => ({ forwarder: engine.forwarder, path: (path: string) => `/${service}${path}` });
  door.connect(
    { catalog: to('catalog'), intake: to('intake'), stock: { ...to('stock'), host: 'stock.url' } },
    { concurrency, ...limits },
  );
  return { engine, door, counters };
}

describe('the front door', () => {
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
  ])('takes %s %s to %s', async (method, path, service) => {
    const { engine, door } = await doorInFront();
    await call(door.url + path, { method });
    expect(engine.seen[0]?.url).toBe(`/${service}${path}`);
  });

  it('sends the Host header that a destination wants', async () => {
    const { engine, door } = await doorInFront();
    await call(`${door.url}/products/a/stock`, { method: 'POST' });
    expect(engine.seen[0]?.headers.host).toBe('stock.url');
  });

  it('lets browsers of any origin in, but no foreign host', async () => {
    const { door } = await doorInFront();
    expect((await call(door.url, { headers: { origin: 'https://shop.example' } })).status).toBe(200);
    expect((await call(door.url, { headers: { host: 'evil.example' } })).status).toBe(403);
  });

  it('counts calls by the names of the route table', async () => {
    const { door, counters } = await doorInFront();
    await call(`${door.url}/orders`, { method: 'POST' });
    await call(`${door.url}/nowhere`);
    expect(counters.snapshot()).toEqual({ api: { placeOrder: 1, other: 1 } });
  });

  it.each([429, 503])('adds Retry-After to a %d that lacks it', async (status) => {
    const { door } = await doorInFront((_seen, response) => void response.writeHead(status).end());
    expect((await call(door.url)).headers['retry-after']).toBe('1');
  });

  it('keeps the Retry-After of the API', async () => {
    const { door } = await doorInFront((_seen, response) => void response.writeHead(429, { 'retry-after': '7' }).end());
    expect((await call(door.url)).headers['retry-after']).toBe('7');
  });

  it('keeps a bounded number of requests of a service under way, and lets the others wait', async () => {
    const gate = deferred();
    const { engine, door } = await doorInFront(async (_seen, response) => {
      await gate.promise;
      response.end();
    });
    const calls = Array.from({ length: 6 }, () => call(`${door.url}/orders`, { method: 'POST' }));
    await expect.poll(() => engine.seen.length).toBe(2);
    await call(`${door.url}/orders`, { method: 'PATCH', headers: { host: 'evil.example' } });
    expect(engine.seen.length).toBe(2);
    gate.resolve();
    expect((await Promise.all(calls)).map(({ status }) => status)).toEqual(Array(6).fill(200));
  });

  it('answers 503 when enough requests of a service wait', async () => {
    const gate = deferred();
    const respond: Respond = async (_seen, response) => {
      await gate.promise;
      response.end();
    };
    const { counters, door } = await doorInFront(respond, { longestQueue: 1 });
    const post = () => call(`${door.url}/orders`, { method: 'POST' });
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
    const throttled = () => doorInFront(undefined, { throttles: throttlesOf(settings, () => now) });

    it('lets a burst in, and then the rate, of each route for itself', async () => {
      const { door } = await throttled();
      const post = () => call(`${door.url}/orders`, { method: 'POST' });
      expect([await post(), await post(), await post()].map(({ status }) => status)).toEqual([200, 200, 429]);
      expect(await call(`${door.url}/orders/1`, { method: 'DELETE' })).toMatchObject({ status: 200 });
      now += 999;
      expect(await post()).toMatchObject({ status: 429, headers: { 'retry-after': '1' } });
      now += 1;
      expect(await post()).toMatchObject({ status: 200 });
      now += 1_000_000;
      expect([await post(), await post(), await post()].map(({ status }) => status)).toEqual([200, 200, 429]);
    });

    it('throttles what comes through the edge by the same count', async () => {
      const { door, engine } = await throttled();
      const ask = () =>
        door.originOf('intake')({ method: 'POST', path: '/orders', headers: {}, signal: AbortSignal.timeout(5_000) });
      await call(`${door.url}/orders`, { method: 'POST' });
      expect([(await ask()).status, (await ask()).status]).toEqual([200, 429]);
      expect(engine.seen.length).toBe(2);
    });
  });

  it('answers 503 until something is deployed', async () => {
    const door = new LocalApi(new CallCounters());
    await door.listen(0);
    onTestFinished(() => door.close());
    expect(await call(door.url)).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
  });

  it('tells at once when its port is taken', async () => {
    const { door } = await doorInFront();
    const second = new LocalApi(new CallCounters());
    await expect(second.listen(Number(new URL(door.url).port))).rejects.toMatchObject({ code: 'port_taken' });
  });
});

it('names routes by the table, and everything else `other`', () => {
  expect(routeOf('GET', '/orders/1')).toEqual({ service: 'intake', name: 'getOrder' });
  expect(routeOf('GET', '/orders/1/x.css')).toEqual({ service: 'catalog', name: 'other' });
});
