import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeCursor } from '../../functions/contracts/cursor.ts';
import { EdgeFunction } from '../../scripts/platform/edge/edge-function.ts';
import { edgeFunctionCode } from '../../stacks/model/edge/edge-function-code.ts';

interface Request {
  readonly method: string;
  readonly uri: string;
  readonly headers: Record<string, { value: string }>;
}

/** Runs the deployed code with a mock of the `cloudfront` module, which records the selected origin. */
function run(request: Partial<Request>, originOfWrites: string | null = null) {
  const chosen: string[] = [];
  const code = edgeFunctionCode(originOfWrites).replace(/^import cf from 'cloudfront';\n/, '');
  const event = { request: { method: 'GET', uri: '/', headers: {}, querystring: {}, ...request } };
  const cf = { selectRequestOriginById: (id: string) => chosen.push(id) };
  const answer = runInNewContext(`${code}\nhandler(event)`, { event, cf });
  return { answer: JSON.parse(JSON.stringify(answer)) as Request & { statusCode?: number }, chosen };
}
const headers = (...names: string[]) => Object.fromEntries(names.map((name) => [name, { value: 'x' }]));

test.each(['/', '/products', '/products/mug-blue', '/products/mug-blue/stock', '/orders', '/assets/app-1_a~.js'])(
  'lets %s through',
  (uri) => {
    expect(run({ uri }).answer).toMatchObject({ uri });
  },
);

test.each([
  '/products%2fmug',
  '/orders/1%2F..%2Fproducts',
  '/products/..%5corders',
  '/%2e%2e/orders',
  '/products/../orders',
  '/products/./x',
  '/products/mug;a=1',
  '//orders',
  '/products//mug',
  '/products/a\tb',
  '/products/a\u0000b',
  '/products/a\n',
  '/products\\mug',
  '/.well-known/x',
  '/products/ü',
  '/products/',
  '/products/mug/',
  '/orders/',
  'products',
])('rejects %j', (uri) => {
  expect(run({ uri }).answer).toMatchObject({ statusCode: 400 });
});

test('drops only forgeable headers of an order', () => {
  const { answer } = run({
    uri: '/orders',
    method: 'POST',
    headers: headers('authorization', 'idempotency-key', 'x-origin-secret', 'x-customer', 'x-forwarded-host', 'via'),
  });
  expect(Object.keys(answer.headers).sort()).toEqual(['authorization', 'idempotency-key', 'via']);
});

test('keeps only caching headers and read-only headers of a product read', () => {
  const names = ['authorization', 'origin', 'cookie', 'accept', 'user-agent', 'x-anything', 'if-none-match', 'range'];
  const kept = ['accept-encoding', 'cdn-loop', 'content-length', 'host', 'transfer-encoding', 'via'];
  const { answer } = run({ uri: '/products/mug', headers: headers(...names, ...kept) });
  expect(Object.keys(answer.headers).sort()).toEqual(['if-none-match', 'range', ...kept].sort());
});

test('sends product writes to their own origin, if there is one', () => {
  expect(run({ uri: '/products/mug', method: 'PUT' }, 'stock').chosen).toEqual(['stock']);
  expect(run({ uri: '/products/mug', method: 'GET' }, 'stock').chosen).toEqual([]);
  expect(run({ uri: '/orders', method: 'POST' }, 'stock').chosen).toEqual([]);
  expect(run({ uri: '/products/mug', method: 'PUT' }).chosen).toEqual([]);
});

const edge = new EdgeFunction(edgeFunctionCode(null), 'E1');

/** A request as the cache sees it: its path with the query, or the status of a refusal. */
async function seen(target: string): Promise<string | number> {
  const [path = '', query = ''] = target.split('?', 2);
  const result = await edge.onRequest({ method: 'GET', path, query, headers: {}, ip: '127.0.0.1' });
  if (result.kind === 'response') return result.status;
  return `${result.viewer.path}${result.viewer.query && `?${result.viewer.query}`}`;
}

const cursor = encodeCursor(['lamp-1']);

test.each([
  ['/products/lamp?cursor=random', '/products/lamp'],
  ['/products/lamp?limit=7', '/products/lamp'],
  ['/products/lamp/stock?x=1', '/products/lamp/stock'],
  ['/products?utm_source=x', '/products'],
  ['/products?limit=25', '/products'],
  ['/products?limit=7&x=1', '/products?limit=7'],
  [`/products?limit=7&cursor=${cursor}`, `/products?cursor=${cursor}&limit=7`],
  ['/products?', '/products'],
])('%s has the cache key %s', async (target, key) => expect(await seen(target)).toBe(key));

test.each([
  'limit=4.0',
  'limit=0x2',
  'limit=%202',
  'limit=+2',
  'limit=02',
  'limit=0',
  'limit=101',
  'limit=',
  'limit',
  'limit=2&limit=3',
  'limit=%32',
  `cursor=${cursor}!`,
  `cursor=${cursor}=`,
  `cursor=${cursor}%00`,
  `cursor=${encodeCursor(['lamp']).slice(0, -1)}B`,
  'cursor=A',
  'cursor=',
  `cursor=${'A'.repeat(88)}`,
  `cursor=${cursor}&cursor=${cursor}`,
])('refuses the page %s before the cache', async (query) => expect(await seen(`/products?${query}`)).toBe(400));

test('lets every cursor of the API through, unchanged', async () => {
  const sku = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,62}$/);
  await fc.assert(
    fc.asyncProperty(sku, async (name) => {
      const target = `/products?cursor=${encodeCursor([name])}`;
      expect(await seen(target)).toBe(target);
    }),
  );
});

test('gives each resource one cache key, whatever the spelling', async () => {
  const word = fc.constantFrom('limit', 'cursor', 'Limit', 'x', '%6cimit', '');
  const value = fc.oneof(fc.constantFrom('25', '7', cursor, '07', '4.0', ''), fc.string({ maxLength: 6 }));
  const parameter = fc.tuple(word, value).map(([name, text]) => `${name}=${encodeURIComponent(text)}`);
  const path = fc.constantFrom(
    '/products/lamp',
    '/products/lamp/',
    '/products//lamp',
    '/products/lamp/stock',
    '/products',
  );
  const keys = new Set(['/products/lamp', '/products/lamp/stock', '/products', '/products?limit=7', 400]);
  for (const withCursor of [`cursor=${cursor}`, `cursor=${cursor}&limit=7`]) keys.add(`/products?${withCursor}`);
  await fc.assert(
    fc.asyncProperty(path, fc.array(parameter, { maxLength: 4 }), async (name, parameters) => {
      const key = await seen(`${name}?${parameters.join('&')}`);
      // A generated number or cursor is a page of its own.
      expect(keys.has(key) || /^\/products\?(cursor=[\w-]+)?&?(limit=\d+)?$/.test(String(key)), String(key)).toBe(true);
    }),
    { numRuns: 500 },
  );
});
