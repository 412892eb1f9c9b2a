import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { ShopClient } from '../../scripts/sale/client.ts';
import {
  adminToken,
  eventually,
  freshKey,
  freshProduct,
  lacking,
  platform,
  settled,
  shop,
  tokenOf,
} from '../support/deployed.ts';
import { askServer } from '../unit/platform/edge/fixture.ts';

const ask = (path: string, options = {}) => askServer(platform.edgeUrl, path, options);

/** A new product is invalidated shortly after its creation, which may drop the first answers. */
async function expectHit(path: string, text: string): Promise<void> {
  expect(await ask(path)).toMatchObject({ status: 200, mark: 'Hit', text });
}

describe('the local edge in front of the deployed system', () => {
  beforeEach((context) => context.skip(platform.engine === 'aws', 'CloudFront is the CDN: the local one does not run'));

  it('caches a product, and answers 304 to a matching If-None-Match', async () => {
    const path = `/products/${await freshProduct()}`;
    const first = await ask(path);
    expect(first).toMatchObject({ status: 200, mark: 'Miss' });
    await eventually(() => expectHit(path, first.text));
    const again = await ask(path, { headers: { 'if-none-match': first.headers.etag } });
    expect(again).toMatchObject({ status: 304, mark: 'Hit' });
  });

  it('serves a new price before the page expires, because the change invalidates it', async (ctx) => {
    const why = lacking('calls-counted');
    if (why) return ctx.skip(why);
    const sku = await freshProduct({ unitPrice: 1_999 });
    const path = `/products/${sku}`;
    const { headers, text } = await ask(path);
    await eventually(() => expectHit(path, text));
    const body = { name: 'Lamp', unitPrice: 2_999, currency: 'EUR', peakOrdersPerSecond: 200 };
    const changed = await shop.call({
      method: 'PUT',
      path,
      token: adminToken,
      body,
      headers: { 'if-match': String(headers.etag) },
    });
    expect(changed.status).toBe(200);
    const fresh = await eventually(async () => {
      const answer = await ask(path);
      expect(JSON.parse(answer.text).unitPrice).toBe(2_999);
      return answer;
    });
    // One that expired is revalidated: a RefreshHit.
    expect(fresh.mark).toBe('Miss');
  });

  it('never caches an order, for any viewer or spelling', async () => {
    const sku = await freshProduct();
    const [anna, mallory] = await Promise.all([tokenOf('edge-anna'), tokenOf('edge-mallory')]);
    const placed = await ask('/orders', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'idempotency-key': freshKey(),
        authorization: `Bearer ${anna}`,
      },
      body: JSON.stringify({ sku, quantity: 1 }),
    });
    expect(placed.status).toBe(202);
    const path = `/orders/${JSON.parse(placed.text).orderId}`;
    for (const spelling of [
      path,
      path.replace(/[a-z]/, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
      `/products/..${path}`,
      `${path}/x.css`,
      `${path};a`,
    ]) {
      for (const [token, allowed] of [
        [anna, true],
        [mallory, false],
        [anna, true],
      ] as const) {
        const answer = await ask(spelling, { headers: { authorization: `Bearer ${token}` } });
        expect(answer.mark).not.toBe('Hit');
        if (!allowed) expect(answer.status).not.toBe(200);
      }
    }
  });

  it('passes every route through: product, stock, order and cancel, including writes', async () => {
    const throughEdge = new ShopClient(platform.edgeUrl);
    const token = await tokenOf('edge-berta');
    const sku = `lamp-${randomUUID().slice(0, 8)}`;
    const body = { name: 'Lamp', unitPrice: 500, currency: 'EUR', peakOrdersPerSecond: 100 };
    const path = `/products/${sku}`;
    expect(await throughEdge.call({ method: 'PUT', path, token: adminToken, body })).toMatchObject({ status: 201 });
    expect(await throughEdge.restock(adminToken, sku, freshKey(), 2)).toMatchObject({ status: 200 });
    const placed = await throughEdge.placeOrder(token, freshKey(), { sku, quantity: 2 });
    expect(placed).toMatchObject({ status: 202 });
    const { orderId } = placed.body;
    expect(await settled(token, orderId)).toMatchObject({ state: 'CONFIRMED', sku });
    expect(await throughEdge.cancelOrder(token, orderId)).toMatchObject({ status: 200 });
    expect((await throughEdge.getOrder(token, orderId)).body.state).toBe('CANCELLED');
  });

  it('serves the storefront compressed and with its security headers', async (ctx) => {
    const why = lacking('custom-resource');
    if (why) return ctx.skip(why);
    const page = await ask('/', { headers: { 'accept-encoding': 'br' } });
    expect(page).toMatchObject({ status: 200 });
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    const asset = /\/assets\/[^"]+\.js/.exec((await ask('/')).text)?.[0] ?? '';
    const script = await ask(asset, { headers: { 'accept-encoding': 'br' } });
    expect(script).toMatchObject({ status: 200, headers: { 'content-encoding': 'br' } });
    expect(script.headers['cache-control']).toContain('immutable');
    expect(await ask(asset)).toMatchObject({ mark: 'Hit' });
  });
});
