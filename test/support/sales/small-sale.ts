import { expect } from 'vitest';
import { partnerClient } from '../../../scripts/platform/partner/client.ts';
import { atLeastOne, type Finding, noneWrong } from '../../../scripts/report/finding.ts';
import { cancelling } from '../../../scripts/sale/cancels.ts';
import { checkInvariants, retriedCalls } from '../../../scripts/sale/check/invariants.ts';
import { isUnfinished, type Snapshot } from '../../../scripts/sale/check/snapshot.ts';
import { ShopClient } from '../../../scripts/sale/client.ts';
import { watchDeadLetters } from '../../../scripts/sale/dead-letters.ts';
import { describeAnswer, tryForeignOrders } from '../../../scripts/sale/hostile-input.ts';
import { judgeCancels, judgePlacing } from '../../../scripts/sale/judge/placing.ts';
import { judgeInvariants } from '../../../scripts/sale/judge/sale.ts';
import { cancelled, placeOrders } from '../../../scripts/sale/place-orders.ts';
import { uncounted } from '../../../scripts/sale/quiescence.ts';
import { planOrders, showEachKind } from '../../../scripts/sale/workload.ts';
import { adminToken, eventually, freshKey, freshProduct, platform, storesOf, tokenOf } from '../deployed.ts';

const patient = new ShopClient(platform.apiUrl, { afterFailure: true });
const partner = partnerClient(platform.partnerUrl);

export interface SmallSaleOptions {
  readonly orders: number;
  readonly seed: number;
  readonly units: number;
  readonly withinMs: number;
  /** Starts the faults, after the product is created. */
  readonly trouble?: () => Promise<void>;
}

/** Runs a sale of one new product with retries, cancels and a restock, and judges it when every order is final. */
export async function smallSale(options: SmallSaleOptions): Promise<readonly Finding[]> {
  const { orders, seed, units, trouble } = options;
  const sku = await freshProduct({ units: units - 2 });
  const newDeadLetters = await watchDeadLetters(platform);
  await trouble?.();
  const planned = showEachKind(planOrders({ orders, seed, skus: [sku], repeatShare: 0.2, cancelShare: 0.1 }));
  const run = freshKey();
  const plan = planned.map((order) => ({ ...order, key: `${run}-${order.key}` }));
  const token = (customer: string) => tokenOf(customer);
  // Cancel at once: while calls hang, an order is fulfilled before the last one is placed.
  const unwanted = cancelling(patient, { tokenOf: token });
  const placing = await placeOrders(patient, plan, { concurrency: 8, tokenOf: token, onAccepted: unwanted.begin });
  const key = freshKey();
  const restock = await patient.restock(adminToken, sku, key, 2);
  const cancels = await unwanted.answers();
  const foreign = await tryForeignOrders(patient, token, placing.placed.slice(0, 2));
  const snapshot = await untilFinal(sku, options);

  const { placed: accepted, unanswered: requested } = placing;
  const restocked = restock.status === 200 ? [{ ...restock.body, key }] : [];
  const asked = { requested, cancels: cancelled(accepted), shown: await unwanted.shown(), restocked };
  const deadLetters = await newDeadLetters();
  return [
    ...judgePlacing({ plan, placing }),
    ...judgeCancels({ plan, placing, cancels, snapshot }),
    noneWrong('restocks', 1, restock.status === 200 ? [] : [describeAnswer(restock)]),
    atLeastOne('orders fulfilled', snapshot.orders.filter(({ state }) => state === 'FULFILLED').length),
    noneWrong(
      'dead letters',
      orders,
      deadLetters.map(({ body }) => body),
    ),
    ...judgeInvariants(checkInvariants(snapshot, { accepted, ...asked, ...foreign }, retriedCalls)),
  ];
}

/** The faults stay until every order has reached its end and every event is counted. */
function untilFinal(sku: string, { orders, withinMs }: SmallSaleOptions): Promise<Snapshot> {
  return eventually(async () => {
    const stores = await storesOf(sku);
    const now = { ...stores, book: (await partner.book()).filter((entry) => entry.sku === sku) };
    const unfinished = now.orders.filter((order) => isUnfinished(order, now)).map(({ orderId }) => orderId);
    expect(now.orders).toHaveLength(orders);
    expect({ unfinished, behind: uncounted(now) }).toEqual({ unfinished: [], behind: [] });
    return now;
  }, withinMs);
}
