import { afterEach, expect, test } from 'vitest';
import { partnerClient } from '../../../scripts/platform/partner/client.ts';
import { checkInvariants, holds } from '../../../scripts/sale/check/invariants.ts';
import type { AcceptedRecord } from '../../../scripts/sale/check/snapshot.ts';
import { tryForeignOrders } from '../../../scripts/sale/hostile-input.ts';
import {
  eventually,
  freshKey,
  freshProduct,
  platform,
  settled,
  shop,
  storesOf,
  tokenOf,
} from '../../support/deployed.ts';

const partner = partnerClient(platform.partnerUrl);
const token = await tokenOf('fulfilled');
const window = 40_000;

afterEach(() => partner.setScript({}));

async function order(sku: string, quantity = 1): Promise<string> {
  return (await accept(sku, quantity)).orderId;
}

async function accept(sku: string, quantity = 1): Promise<AcceptedRecord> {
  const key = freshKey();
  const { body } = await shop.placeOrder(token, key, { sku, quantity });
  return { ...body, customer: 'fulfilled', key };
}

const inState = (orderId: string, state: string) =>
  eventually(async () => expect(await shop.getOrder(token, orderId)).toMatchObject({ body: { state } }), window);

const readEntries = async (orderId: string) => (await partner.book()).filter((entry) => entry.orderId === orderId);

test('hands a confirmed order to the partner once it can no longer be cancelled', async () => {
  const sku = await freshProduct();
  const orderId = await order(sku, 2);
  expect(await settled(token, orderId)).toMatchObject({ state: 'CONFIRMED' });
  expect(await readEntries(orderId)).toEqual([]);
  await inState(orderId, 'FULFILLED');
  expect(await readEntries(orderId)).toMatchObject([{ sku, quantity: 2, state: 'accepted' }]);
  expect(await shop.cancelOrder(token, orderId)).toMatchObject({
    status: 409,
    body: { code: 'ORDER_NOT_CANCELLABLE' },
  });
});

test('never hands over a cancelled order', async () => {
  const sku = await freshProduct();
  const [kept, cancelled] = [await order(sku), await order(sku)];
  await settled(token, cancelled);
  expect(await shop.cancelOrder(token, cancelled)).toMatchObject({ status: 200 });
  await inState(kept, 'FULFILLED');
  expect(await readEntries(cancelled)).toEqual([]);
});

test('cancels a refused order and returns its units once', async () => {
  await partner.setScript({ refuseShare: 1, twiceShare: 0.5, loseShare: 0.3 });
  const sku = await freshProduct({ units: 4 });
  const ids = [await order(sku, 2), await order(sku, 1)];
  for (const orderId of ids) await inState(orderId, 'CANCELLED');
  const { shards } = await storesOf(sku);
  expect(shards.reduce((sum, { left }) => sum + left, 0)).toBe(4);
});

test('keeps orders cancellable while the partner is down, and then fulfils each once', async () => {
  const [down, sku] = [(await partner.calls()).down, await freshProduct({ units: 60 })];
  await partner.setScript({ down: true });
  const accepted = await Promise.all(Array.from({ length: 60 }, () => accept(sku)));
  const ids = accepted.map(({ orderId }) => orderId);
  await eventually(async () => expect((await partner.calls()).down).toBeGreaterThanOrEqual(down + 5), window);
  const cancelled = await cancelOne(ids);
  await partner.setScript({ latencyMs: { min: 5, max: 50 } });
  for (const orderId of ids) await inState(orderId, orderId === cancelled ? 'CANCELLED' : 'FULFILLED');

  const own = new Set(ids);
  const book = (await partner.book()).filter((entry) => own.has(entry.orderId));
  const foreign = await tryForeignOrders(shop, (customer) => tokenOf(customer), accepted.slice(0, 2));
  const clients = { accepted, ...foreign };
  const verdicts = await eventually(async () => {
    const all = checkInvariants({ ...(await storesOf(sku)), book }, clients);
    expect(all.filter((verdict) => !holds(verdict))).toEqual([]);
    return all;
  });
  expect(verdicts.find(({ id }) => id === 'I8')).toMatchObject({ checked: 60 });
}, 180_000);

/** Cancels an unclaimed order: the breaker opens before all orders are claimed. */
async function cancelOne(ids: readonly string[]): Promise<string> {
  for (const orderId of ids) {
    const { status } = await shop.cancelOrder(token, orderId);
    if (status === 200) return orderId;
    expect(status).toBe(409);
  }
  throw new Error(`all ${ids.length} orders were claimed although the partner is down`);
}
