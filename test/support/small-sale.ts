import { expect } from 'vitest';
import { checkInvariants, retriedCalls, type Verdict } from '../../scripts/sale/check/invariants.ts';
import { ShopClient } from '../../scripts/sale/client.ts';
import { cancelled, placeOrders } from '../../scripts/sale/place-orders.ts';
import { uncounted } from '../../scripts/sale/quiescence.ts';
import { planOrders } from '../../scripts/sale/workload.ts';
import { adminToken, eventually, freshKey, freshProduct, platform, storesOf, tokenOf } from './deployed.ts';

const patient = new ShopClient(platform.apiUrl, { afterFailure: true });

export interface SmallSaleOptions {
  readonly orders: number;
  readonly seed: number;
  readonly units: number;
  readonly withinMs: number;
  /** Starts the faults, after the product is created. */
  readonly trouble?: () => Promise<void>;
}

/** Runs a sale of one new product with retries, cancels and a restock; returns the verdicts once it is quiet. */
export async function smallSale({
  orders,
  seed,
  units,
  withinMs,
  trouble,
}: SmallSaleOptions): Promise<readonly Verdict[]> {
  const sku = await freshProduct({ units: units - 2 });
  await trouble?.();
  const plan = planOrders({ orders, seed, skus: [sku], repeatShare: 0.2, cancelShare: 0.1 });
  const run = freshKey();
  const ownOrders = plan.map((order) => ({ ...order, key: `${run}-${order.key}` }));
  const placing = await placeOrders(patient, ownOrders, { concurrency: 8, tokenOf: (customer) => tokenOf(customer) });
  await patient.restock(adminToken, sku, freshKey(), 2);
  for (const { customer, orderId } of placing.placed.filter((order) => order.cancel)) {
    await patient.cancelOrder(await tokenOf(customer), orderId);
  }
  const foreign = await patient.getOrder(await tokenOf('mallory'), placing.placed[0]?.orderId ?? '');
  const snapshot = await eventually(async () => {
    const now = await storesOf(sku);
    const waiting = now.orders.filter((order) => order.state === 'PENDING');
    const behind = uncounted(now);
    expect(now.orders).toHaveLength(orders);
    expect({ waiting: waiting.map((order) => order.orderId), behind }).toEqual({ waiting: [], behind: [] });
    return now;
  }, withinMs);
  const foreignAnswers = foreign.status === 404 ? [] : [`${foreign.status}`];
  const { placed: accepted, unanswered: requested } = placing;
  const clients = { accepted, requested, cancels: cancelled(accepted), foreignAttempts: 1, foreignAnswers };
  return checkInvariants(snapshot, clients, retriedCalls);
}
