import { expect, test } from 'vitest';
import type { ProductResource } from '../../functions/contracts/http.ts';
import { adminToken, allPages, freshKey, freshProduct, settled, shop, storesOf, tokenOf } from '../support/deployed.ts';

const ada = await tokenOf('ada');
const details = { name: 'Lamp', unitPrice: 1_999, currency: 'EUR' };
const put = (sku: string, body: unknown, headers = {}, token = adminToken) =>
  shop.call<ProductResource>({ method: 'PUT', path: `/products/${sku}`, token, headers, body });
const get = (sku: string, headers = {}) =>
  shop.call<ProductResource>({ method: 'GET', path: `/products/${sku}`, headers });

test('answers health', async () => {
  expect(await shop.call({ method: 'GET', path: '/health' })).toMatchObject({ status: 200, body: { status: 'ok' } });
});

test('creates a product once, and revalidates it by ETag', async () => {
  const sku = await freshProduct();
  expect(await put(sku, details)).toMatchObject({ status: 409, body: { code: 'PRODUCT_EXISTS' } });
  const shown = await get(sku);
  expect(shown).toMatchObject({ status: 200, body: { sku, ...details, version: 1 } });
  expect(shown.headers.get('etag')).toBe('"1"');
  const again = await get(sku, { 'if-none-match': '"1"' });
  expect(again).toMatchObject({ status: 304, body: undefined });
});

test('changes a product only when If-Match names its current version', async () => {
  const sku = await freshProduct();
  const changed = await put(sku, { ...details, unitPrice: 999 }, { 'if-match': '"1"' });
  expect(changed).toMatchObject({ status: 200, body: { unitPrice: 999, version: 2 } });
  const late = await put(sku, { ...details, unitPrice: 1 }, { 'if-match': '"1"' });
  expect(late).toMatchObject({ status: 412, body: { code: 'VERSION_MISMATCH' } });
  expect((await get(sku)).body.unitPrice).toBe(999);
  expect(await put(sku, details, { 'if-match': 'W/"2"' })).toMatchObject({ status: 412 });
});

test('reads the current price at order time, and keeps it in the order', async () => {
  const sku = await freshProduct();
  const key = freshKey();
  await put(sku, { ...details, unitPrice: 500 }, { 'if-match': '"1"' });
  const first = await shop.placeOrder(ada, key, { sku, quantity: 2 });
  expect(first.body).toMatchObject({ unitPrice: 500, total: 1_000 });
  await put(sku, { ...details, unitPrice: 700 }, { 'if-match': '"2"' });
  expect((await shop.placeOrder(ada, key, { sku, quantity: 2 })).body).toEqual(first.body);
});

test('restocks once per key, spread over the shards', async () => {
  const sku = await freshProduct({ units: 0, shards: 3 });
  const key = freshKey();
  const answers = await Promise.all([7, 7, 7].map((quantity) => shop.restock(adminToken, sku, key, quantity)));
  expect(new Set(answers.map((answer) => JSON.stringify(answer.body))).size).toBe(1);
  const { shards, products } = await storesOf(sku);
  expect(shards.map((shard) => shard.left).toSorted()).toEqual([2, 2, 3]);
  expect(products[0]?.supplied).toBe(7);
  const other = await shop.restock(adminToken, sku, key, 8);
  expect(other).toMatchObject({ status: 422, body: { code: 'IDEMPOTENCY_KEY_REUSED' } });
});

test('sells a sold-out product again after a restock', async () => {
  const sku = await freshProduct({ units: 0 });
  const before = await shop.placeOrder(ada, freshKey(), { sku, quantity: 1 });
  expect((await settled(ada, before.body.orderId)).state).toBe('REJECTED');
  await shop.restock(adminToken, sku, freshKey(), 1);
  const after = await shop.placeOrder(ada, freshKey(), { sku, quantity: 1 });
  expect((await settled(ada, after.body.orderId)).state).toBe('CONFIRMED');
});

test('refuses admin routes to customers', async () => {
  const sku = await freshProduct();
  expect(await put(sku, details, {}, ada)).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
  expect(await shop.restock(ada, sku, freshKey(), 1)).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
});

test('lists each product once, by page', async () => {
  const own = new Set([
    await freshProduct({ units: 0 }),
    await freshProduct({ units: 0 }),
    await freshProduct({ units: 0 }),
  ]);
  const seen = (await allPages<ProductResource>('/products', 2)).map((product) => product.sku);
  expect(new Set(seen).size).toBe(seen.length);
  for (const sku of own) expect(seen).toContain(sku);
});

test.each(['nothing', 'UPPER', 'a%2Fb', '..%2fadmin', 'lamp;x'])('answers 404 for product %s', async (sku) => {
  expect(await get(sku)).toMatchObject({ status: 404 });
});
