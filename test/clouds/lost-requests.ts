import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { toOpenBucket } from '../../functions/domain/open-order.ts';
import { placeOrder } from '../../functions/domain/order.ts';
import { deriveOrderId } from '../../functions/intake/place-order.ts';
import type { OpenOrders } from '../../functions/ports/open-orders.ts';
import type { OrderStore } from '../../functions/ports/orders.ts';
import { ShopClient } from '../../scripts/sale/client.ts';
import { seed } from '../../scripts/sale/seed.ts';
import type { SaleSystem } from '../../scripts/sale/system.ts';
import type { OutagePlatform } from './partner-outage.ts';

export interface Losses {
  readonly orders: OrderStore;
  readonly open: OpenOrders;
  /** Deletes the waiting requests for the partner; false when there were none. */
  takeFulfilments(): Promise<boolean>;
}

/** Short enough for a test, but longer than an order takes when nothing is lost. */
export const stuckMs = 10_000;
const finishedWithin = { timeout: 90_000, interval: 500 };

const sku = 'lost-and-found';
const customer = 'odysseus';

/** Loses one order's settlement request and another order's partner request; the sweeper recovers both. */
export async function recoverLostOrders(platform: OutagePlatform, system: SaleSystem, losses: Losses): Promise<void> {
  const shop = new ShopClient(platform.apiUrl);
  const token = await platform.issuer.token({ customer });
  const product = { sku, name: 'Lost and found', unitPrice: 100, currency: 'EUR', peakOrdersPerSecond: 100 } as const;
  await seed(platform, [{ ...product, units: 9 }]);
  const readState = async (orderId: string) => ((await shop.getOrder(token, orderId)).body as { state: string }).state;
  await system.untilQuiet(0, { withinMs: 60_000 });
  // Copies for final orders: they have no effect.
  await losses.takeFulfilments();

  const placed = await shop.placeOrder(token, `never-handed-over-${randomUUID()}`, { sku, quantity: 1 });
  const { orderId: neverHandedOver } = placed.body as { orderId: string };
  await expect.poll(() => losses.takeFulfilments(), finishedWithin).toBe(true);
  expect(await readState(neverHandedOver)).toBe('CONFIRMED');
  const neverSettled = await acceptAndDie(losses.orders);
  expect(await readState(neverSettled)).toBe('PENDING');

  const ids = [neverSettled, neverHandedOver];
  await expect.poll(() => Promise.all(ids.map(readState)), finishedWithin).toEqual(['FULFILLED', 'FULFILLED']);
  const { quiet, snapshot } = await system.untilQuiet(0, { withinMs: 60_000 });
  expect(quiet).toBe(true);
  const entries = snapshot.book?.filter((entry) => entry.sku === sku).map(({ orderId }) => orderId);
  expect(entries?.toSorted()).toEqual(ids.toSorted());
  const isListed = async (id: string) =>
    (await losses.open.list(toOpenBucket(id), '9', 1_000)).orders.some(({ orderId }) => orderId === id);
  await expect.poll(() => Promise.all(ids.map(isListed)), finishedWithin).toEqual([false, false]);
}

/** Leaves the state of an intake that dies after it stored the row and before it sent the message. */
async function acceptAndDie(orders: OrderStore): Promise<string> {
  const orderId = deriveOrderId(customer, `never-settled-${randomUUID()}`);
  const request = { orderId, customer, sku, quantity: 1, unitPrice: 100, currency: 'EUR' as const, shardCount: 1 };
  await orders.create({ order: placeOrder(request, new Date().toISOString()), requestHash: 'a'.repeat(64) });
  return orderId;
}
