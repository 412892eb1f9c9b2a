import { describe, expect, it } from 'vitest';
import { edgeInFront } from './fixture.ts';

const kept = { 'cache-control': 'public, max-age=5' };
/** An origin that echoes its request: unkeyed input would show in another viewer's response. */
const echo = (origin: { path: string; headers: object }) => ({ headers: kept, body: JSON.stringify(origin) });

describe('orders are never cached, in any spelling of the path, for any two tokens', () => {
  const encodeLetter = (letter: string): string => `%${letter.charCodeAt(0).toString(16)}`;
  const spellings = [
    ...[
      '/orders',
      '/orders/',
      '/orders/1',
      '/orders/1/x.css',
      '/orders/1/../../products/kettle',
      '/orders?a=/products',
    ],
    ...[
      '/orders/1'.replace(/[a-z]/, encodeLetter),
      '/orders%2f1',
      '/orders/%2e%2e/products',
      '//orders/1',
      '/orders//1',
      '/./orders/1',
      '/orders;x.css',
    ],
    ...[
      '/products/../orders/1',
      '/assets/../orders/1.css',
      '/orders/1%00.css',
      '/orders%3fx.css',
      '/orders\\1.js',
      '/orders/1;.js',
    ],
  ];
  it.each(spellings)('%s', async (path) => {
    const { ask, asked, edge } = await edgeInFront({
      answer: ({ headers }) => ({ headers: kept, body: `for ${headers.authorization}` }),
    });
    for (const customer of ['anna', 'mallory', 'anna']) {
      const { mark, text } = await ask(path, { headers: { authorization: `Bearer ${customer}` } });
      expect(mark).not.toBe('Hit');
      expect(text).not.toContain(customer === 'anna' ? 'mallory' : 'anna');
    }
    expect(edge.invalidate(['/*'])).toBe(0);
    expect([0, 3]).toContain(asked.length);
  });
});

describe('input outside the cache key does not affect a cached response', () => {
  it.each([
    ['X-Forwarded-Host', { 'x-forwarded-host': 'evil.example' }],
    ['X-Original-URL', { 'x-original-url': '/orders/1' }],
    ['X-HTTP-Method-Override', { 'x-http-method-override': 'DELETE' }],
    ['Cookie', { cookie: 'session=1' }],
    ['Accept-Language', { 'accept-language': 'de' }],
    ['Origin', { origin: 'https://evil.example' }],
  ])('%s does not select another response', async (_, headers) => {
    const { ask, asked } = await edgeInFront({ answer: echo });
    await ask('/products/kettle');
    expect((await ask('/products/kettle', { headers })).mark).toBe('Hit');
    expect(asked).toHaveLength(1);
  });

  it.each(['/assets/app.js', '/index.html'])(
    "%s: does not forward the viewer's headers to the origin",
    async (path) => {
      const { ask, asked } = await edgeInFront({ answer: echo });
      const headers = {
        'x-forwarded-host': 'evil.example',
        cookie: 'a=1',
        authorization: 'Bearer a',
        'accept-encoding': 'br',
      };
      await ask(path, { headers });
      expect(Object.keys(asked[0]?.headers ?? {}).sort()).toEqual([
        'accept-encoding',
        'user-agent',
        'via',
        'x-forwarded-for',
      ]);
      expect(asked[0]?.headers['accept-encoding']).toBe('identity');
    },
  );

  it('removes internal headers that a viewer sends', async () => {
    const { ask, asked } = await edgeInFront();
    await ask('/orders', { headers: { 'X-Customer': 'anna', 'x-edge': 'no', connection: 'x-hop', 'x-hop': '1' } });
    expect(asked[0]?.headers).toMatchObject({ 'x-edge': 'yes' });
    expect(asked[0]?.headers).not.toHaveProperty('x-customer');
    expect(asked[0]?.headers).not.toHaveProperty('x-hop');
  });

  it("includes an allowed header's value in the key", async () => {
    const { ask, asked } = await edgeInFront({ answer: echo });
    const marks = [];
    for (const language of ['de', 'en', 'de']) {
      marks.push((await ask('/texts/a', { headers: { 'accept-language': language } })).mark);
    }
    expect(marks).toEqual(['Miss', 'Miss', 'Hit']);
    expect(asked.map(({ headers }) => headers['accept-language'])).toEqual(['de', 'en']);
  });
});

it('serves a response that varies by an unkeyed header only to requests with the same value', async () => {
  const { ask } = await edgeInFront({
    answer: ({ headers }) => ({ headers: { ...kept, vary: 'Origin' }, body: `for ${headers.origin}` }),
  });
  const read = async (origin?: string) => {
    const { mark, text } = await ask('/products/a', { headers: origin === undefined ? {} : { origin } });
    return `${mark} ${text}`;
  };
  expect([await read(), await read('https://evil.example'), await read()]).toEqual([
    'Miss for undefined',
    'Miss for https://evil.example',
    'Hit for undefined',
  ]);
});

describe('queries', () => {
  it.each([
    ['an unknown name is not in the key', '/products?limit=2', '/products?limit=2&utm=1', 'Hit'],
    ['a known name is in the key', '/products?limit=2', '/products?limit=3', 'Miss'],
    ['the spelling of a name is in the key', '/products?limit=2', '/products?Limit=2', 'Miss'],
    [
      'the order of parameters is in the key, as on CloudFront',
      '/products?limit=2&cursor=a',
      '/products?cursor=a&limit=2',
      'Miss',
    ],
    ['a repeated parameter is in the key', '/products?limit=2', '/products?limit=2&limit=9', 'Miss'],
    ['an empty query equals none', '/products', '/products?', 'Hit'],
    ['an encoded question mark is part of the path', '/products?limit=2', '/products%3flimit=2', 'Miss'],
  ])('%s', async (_, first, second, mark) => {
    const { ask } = await edgeInFront({ answer: ({ path }) => ({ headers: kept, body: path }) });
    await ask(first);
    expect((await ask(second)).mark).toBe(mark);
  });

  it('does not forward an unselected query to the bucket', async () => {
    const { ask, asked } = await edgeInFront();
    await ask('/assets/app.js?x=1');
    expect(asked[0]?.path).toBe('/assets/app.js');
  });
});

describe('methods and ranges', () => {
  it("answers a HEAD from a GET's entry, and a GET from a HEAD's entry", async () => {
    const { ask, asked } = await edgeInFront();
    expect(await ask('/products/a', { method: 'HEAD' })).toMatchObject({ mark: 'Miss', text: '' });
    expect(await ask('/products/a')).toMatchObject({ mark: 'Hit', text: 'hello' });
    const head = await ask('/products/a', { method: 'HEAD' });
    expect(head).toMatchObject({ mark: 'Hit', text: '', headers: { 'content-length': '5' } });
    expect(asked.map(({ method }) => method)).toEqual(['GET']);
  });

  it('passes a Range request through without caching', async () => {
    const { ask, asked } = await edgeInFront({ answer: () => ({ status: 206, headers: kept, body: 'he' }) });
    expect(await ask('/products/a', { headers: { range: 'bytes=0-1' } })).toMatchObject({ status: 206, mark: 'Miss' });
    expect((await ask('/products/a', { headers: { range: 'bytes=0-1' } })).mark).toBe('Miss');
    expect(asked[1]?.headers.range).toBe('bytes=0-1');
  });

  it('does not cache an unsolicited 206', async () => {
    const { ask } = await edgeInFront({ answer: () => ({ status: 206, headers: kept, body: 'he' }) });
    await ask('/products/a');
    expect((await ask('/products/a')).mark).toBe('Miss');
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('passes %s through, regardless of the response', async (method) => {
    const { ask, asked } = await edgeInFront();
    for (const _ of [1, 2]) expect((await ask('/products/a', { method })).mark).toBe('Miss');
    expect(asked).toHaveLength(2);
  });

  it.each([
    ['a method that the behaviour does not allow', '/assets/a.js', { method: 'POST', body: 'x' }, 403],
    ['a GET with a body', '/products/a', { method: 'GET', body: 'x', headers: { 'content-length': '1' } }, 403],
    ['a path of more than 8192 bytes', `/products/${'a'.repeat(8_200)}`, {}, 414],
    ['a whole URL', 'http://evil.example/orders', {}, 400],
    ['an encoded separator', '/products/a%2f..%2forders', {}, 400],
    ['a foreign Host', '/products/a', { headers: { host: 'evil.example' } }, 403],
  ])('rejects %s without calling an origin', async (_, path, options, status) => {
    const { ask, asked } = await edgeInFront();
    expect((await ask(path, options)).status).toBe(status);
    expect(asked).toHaveLength(0);
  });

  it('lets the edge function choose the origin', async () => {
    const { ask, asked } = await edgeInFront();
    await ask('/products/a', { method: 'PUT', body: '{}' });
    await ask('/products/a');
    expect(asked.map(({ origin }) => origin)).toEqual(['stock', 'api']);
  });
});
