import { type Finding, noneWrong } from '../../report/finding.ts';
import { checkInvariants, retriedCalls } from '../../sale/check/invariants.ts';
import type { Snapshot } from '../../sale/check/snapshot.ts';
import { ShopClient } from '../../sale/client.ts';
import { type FoundLetter, watchDeadLetters } from '../../sale/dead-letters.ts';
import { waitUntilQuiet } from '../../sale/deployed-quiescence.ts';
import { type ForeignAttempts, tryForeignOrders } from '../../sale/hostile-input.ts';
import { judgeInvariants } from '../../sale/judge/sale.ts';
import { cachedTokens } from '../../sale/place-orders.ts';
import { seed } from '../../sale/seed.ts';
import { accepted, type Visit, visit } from './customers.ts';
import type { DrillSystem } from './drill.ts';

export interface DrillSale {
  readonly skus: readonly string[];
  readonly visits: readonly Visit[];
  /** Orders one unit for some customer who clicks at `at` and retries for `patienceMs`; 0 means one attempt. */
  order(what: { sku: string; at: number; patienceMs: number; shopUrl?: string }): Promise<void>;
  /** Reads the stores once all orders are final or `withinMs` has passed. */
  stores(withinMs: number): Promise<Snapshot>;
  /** Judges the stores, attempts to see others' orders, and dead letters other than those that the drill sent. */
  judge(snapshot: Snapshot, sent?: ReadonlySet<string>): Promise<Finding[]>;
}

const customers = 200;
const ordersPerSecondAndProduct = 800;

interface SeededProduct {
  readonly name: string;
  readonly units: number;
}

/** Seeds separate products, so that a drill can run alongside other work, and records the orders for them. */
export async function openSale(
  system: DrillSystem,
  drill: string,
  products: readonly SeededProduct[],
): Promise<DrillSale> {
  const run = `${drill}-${Date.now().toString(36)}`;
  const skus = await seedProducts(system, run, products);
  const newDeadLetters = await watchDeadLetters(system);
  const tokenOf = cachedTokens(system.issuer);
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
    judge: async (snapshot, sent = new Set()) => {
      const some = accepted(visits)
        .slice(0, 3)
        .map(({ customer, orderId = '' }) => ({ customer, orderId }));
      const foreign = await tryForeignOrders(new ShopClient(system.apiUrl), tokenOf, some);
      const deadLetters = (await newDeadLetters()).filter(({ body }) => !sent.has(body));
      return judgeDrill({ snapshot, visits, foreign, deadLetters });
    },
  };
}

async function seedProducts(
  system: DrillSystem,
  run: string,
  products: readonly SeededProduct[],
): Promise<readonly string[]> {
  const about = { unitPrice: 1_999, currency: 'EUR', peakOrdersPerSecond: ordersPerSecondAndProduct } as const;
  const seeded = products.map((product) => ({ ...about, ...product, sku: `${product.name}-${run}` }));
  await seed(system, seeded);
  return seeded.map(({ sku }) => sku);
}

export interface DrillRecord {
  readonly snapshot: Snapshot;
  readonly visits: readonly Visit[];
  readonly foreign: ForeignAttempts;
  /** Dead letters since the drill began, except those that it sent. */
  readonly deadLetters: readonly Pick<FoundLetter, 'body' | 'noted'>[];
}

/** Judges the requirements common to all drills. */
export function judgeDrill({ snapshot, visits, foreign, deadLetters }: DrillRecord): Finding[] {
  const placed = visits.flatMap(({ customer, key, answer }) => (answer ? [{ ...answer, customer, key }] : []));
  const requested = visits.filter(({ answer }) => !answer);
  const refused = visits.filter(({ status }) => status !== 202 && status !== 0 && status !== 429 && status < 500);
  const letters = deadLetters.map(({ body, noted }) => `${noted ?? 'too many receives'}: ${body}`);
  return [
    ...judgeInvariants(
      checkInvariants(snapshot, { accepted: placed, requested, cancels: [], ...foreign }, retriedCalls),
    ),
    noneWrong(
      'valid posts refused permanently',
      visits.length,
      refused.map(({ status }) => String(status)),
    ),
    noneWrong('orders among the dead letters', placed.length, letters),
  ];
}

/** Settlement time by order id, in epoch milliseconds. */
export function settledTimes({ events }: Pick<Snapshot, 'events'>): Map<string, number> {
  const settled = events.filter(({ type }) => type === 'OrderConfirmed' || type === 'OrderRejected');
  return new Map(settled.map(({ order }) => [order.orderId, Date.parse(order.changedAt)]));
}
