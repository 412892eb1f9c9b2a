import { expect } from 'vitest';
import type { Issuer } from '../../scripts/platform/identity/issuer.ts';
import type { Partner } from '../../scripts/platform/partner/partner.ts';
import { ShopClient } from '../../scripts/sale/client.ts';
import { seed } from '../../scripts/sale/seed.ts';
import type { SaleSystem } from '../../scripts/sale/system.ts';

export interface OutagePlatform {
  readonly apiUrl: string;
  readonly issuer: Issuer;
  readonly partner: Partner;
}

const sku = 'patience';
const customer = 'penelope';
const orders = 12;
/** The time to cancel, and the first wait for the partner. */
const downMs = 12_000;

/**
 * The partner is down while orders are confirmed. They wait, one is cancelled, none is given up. Once the partner is
 * back, all the others are fulfilled.
 */
export async function surviveOutage(platform: OutagePlatform, system: SaleSystem): Promise<void> {
  try {
    await runOutage(platform, system);
  } finally {
    platform.partner.setScript({});
  }
}

async function runOutage(platform: OutagePlatform, system: SaleSystem): Promise<void> {
  const { partner } = platform;
  const shop = new ShopClient(platform.apiUrl);
  const token = await platform.issuer.token({ customer });
  const product = { sku, name: 'Patience', unitPrice: 100, currency: 'EUR', peakOrdersPerSecond: 100 } as const;
  await seed(platform, [{ ...product, units: orders }]);
  partner.setScript({ down: true });
  const before = partner.calls();
  const placed = await Promise.all(
    Array.from({ length: orders }, (_, index) => shop.placeOrder(token, `patience-${index}`, { sku, quantity: 1 })),
  );
  const ids = placed.map(({ body }) => (body as { orderId: string }).orderId);
  const readState = async (orderId = '') => ((await shop.getOrder(token, orderId)).body as { state: string }).state;
  const states = async () => Promise.all(ids.map(readState));

  await expect.poll(() => partner.calls().all - before.all, { timeout: downMs * 3, interval: 200 }).toBeGreaterThan(2);
  await expect.poll(states, { timeout: downMs * 2 }).not.toContain('PENDING');
  expect(await states()).not.toContain('FULFILLED');
  const still = await Promise.all(ids.map(async (id) => ((await readState(id)) === 'CONFIRMED' ? [id] : [])));
  // A probe of the breaker may claim one meanwhile; then another one is cancelled.
  const cancelled = await firstCancelled(still.flat(), async (id) => (await shop.cancelOrder(token, id)).status);
  partner.setScript({});
  const { quiet, snapshot } = await system.untilQuiet(0, { withinMs: 60_000 });
  expect(quiet).toBe(true);
  const own = snapshot.orders.filter((order) => order.sku === sku);
  const expected = ids.map((id) => (id === cancelled ? 'CANCELLED' : 'FULFILLED')).toSorted();
  expect(own.map(({ state }) => state).toSorted()).toEqual(expected);
  expect(snapshot.deadLetters.filter(({ body }) => ids.some((id) => body.includes(id)))).toEqual([]);
  const entries = snapshot.book?.filter((entry) => entry.sku === sku).map(({ orderId }) => orderId);
  expect(entries?.toSorted()).toEqual(ids.filter((id) => id !== cancelled).toSorted());
}

async function firstCancelled(ids: readonly string[], cancel: (id: string) => Promise<number>) {
  for (const id of ids) {
    const status = await cancel(id);
    if (status === 200) return id;
    expect(status).toBe(409);
  }
  return undefined;
}
