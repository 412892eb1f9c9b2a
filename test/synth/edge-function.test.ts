import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { edgeFunctionCode } from '../../stacks/model/edge/edge-function-code.ts';

interface Request {
  readonly method: string;
  readonly uri: string;
  readonly headers: Record<string, { value: string }>;
}

/** Runs the deployed code; of the `cloudfront` module only the origin selection is mocked. */
function run(request: Partial<Request>, originOfWrites: string | null = null) {
  const chosen: string[] = [];
  const code = edgeFunctionCode(originOfWrites).replace(/^import cf from 'cloudfront';\n/, '');
  const event = { request: { method: 'GET', uri: '/', headers: {}, ...request } };
  const cf = { selectRequestOriginById: (id: string) => chosen.push(id) };
  const answer = runInNewContext(`${code}\nhandler(event)`, { event, cf });
  return { answer: JSON.parse(JSON.stringify(answer)) as Request & { statusCode?: number }, chosen };
}
const headers = (...names: string[]) => Object.fromEntries(names.map((name) => [name, { value: 'x' }]));

test.each(['/', '/products', '/products/mug-blue', '/products/mug-blue/stock', '/orders/', '/assets/app-1_a~.js'])(
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
