import { checkInvariants, holds, retriedCalls } from '../../sale/check/invariants.ts';
import type { Snapshot } from '../../sale/check/snapshot.ts';
import { ShopClient } from '../../sale/client.ts';
import { waitUntilQuiet } from '../../sale/deployed-quiescence.ts';
import { rememberedTokens } from '../../sale/place-orders.ts';
import { seed } from '../../sale/seed.ts';
import { type Visit, visit } from './customers.ts';
import type { DrillSystem, Finding } from './drill.ts';

export interface DrillSale {
  readonly skus: readonly string[];
  readonly visits: readonly Visit[];
  /** Orders one unit for some customer who clicks at `at` and retries for `patienceMs`; 0: one attempt. */
  order(what: { sku: string; at: number; patienceMs: number; shopUrl?: string }): Promise<void>;
  /** Reads the stores once all orders are final, or time is up. */
  stores(withinMs: number): Promise<Snapshot>;
}

const customers = 200;
const ordersPerSecondAndProduct = 800;

/** Seeds separate products, so that a drill can run alongside other work, and records the orders for them. */
export async function openSale(
  system: DrillSystem,
  drill: string,
  products: readonly { readonly name: string; readonly units: number }[],
): Promise<DrillSale> {
  const run = `${drill}-${Date.now().toString(36)}`;
  const skus = products.map(({ name }) => `${name}-${run}`);
  const about = { unitPrice: 1_999, currency: 'EUR', peakOrdersPerSecond: ordersPerSecondAndProduct } as const;
  await seed(
    system,
    products.map(({ name, units }, index) => ({ ...about, name, units, sku: skus[index] ?? '' })),
  );
  const tokenOf = rememberedTokens(system.issuer);
  const visits: Visit[] = [];
  let count = 0;
  return {
    skus,
    visits,
    order: async ({ sku, at, patienceMs, shopUrl = system.apiUrl }) => {
      const index = count++;
      const customer = `customer-${index % customers}`;
      const wish = { customer, key: `${run}-${index}`, sku, quantity: 1 };
      const token = await tokenOf(customer);
      await visit(new ShopClient(shopUrl), wish, { token, clickedAt: at, patienceMs }, visits);
    },
    stores: async (withinMs) => (await waitUntilQuiet(system, 0, { withinMs, skus: new Set(skus) })).snapshot,
  };
}

/** Invariants as findings. No drill attempts foreign reads: the demo and the tests check I6. */
export function checkedInvariants(snapshot: Snapshot, visits: readonly Visit[]): Finding[] {
  const clients = {
    accepted: visits.flatMap(({ customer, key, answer }) => (answer ? [{ ...answer, customer, key }] : [])),
    requested: visits.filter(({ answer }) => !answer),
    ...{ cancels: [], foreignAttempts: 0, foreignAnswers: [] },
  };
  return checkInvariants(snapshot, clients, retriedCalls)
    .filter(({ id }) => id !== 'I6')
    .map((verdict) => ({
      what: `${verdict.id} ${verdict.text}`,
      measured: verdict.violations[0] ?? `${verdict.checked} checked`,
      limit: 'not broken',
      holds: holds(verdict),
    }));
}

/** Settlement time by order id, in epoch milliseconds. */
export function settledTimes({ events }: Pick<Snapshot, 'events'>): Map<string, number> {
  const settled = events.filter(({ type }) => type === 'OrderConfirmed' || type === 'OrderRejected');
  return new Map(settled.map(({ order }) => [order.orderId, Date.parse(order.changedAt)]));
}
