import type { PutProductBody } from '../../../functions/contracts/http.ts';
import { type PlannedOrder, planOrders } from '../../sale/workload.ts';
import { drawChanges } from './draw-changes.ts';
import { drawPoison, type Poison } from './poison.ts';
import { drawRates, type FaultRates } from './world/calls.ts';
import { seededDraw } from './world/random.ts';

export interface SimulatedOrder extends PlannedOrder {
  readonly name: string;
  readonly atMs: number;
  /** Only used when `cancel` is true. */
  readonly cancelAtMs: number;
  /** Another customer tries to read and cancel the order; its owner reuses the key with another quantity. */
  readonly abused: boolean;
}

export interface Restock {
  readonly name: string;
  readonly sku: string;
  readonly quantity: number;
  readonly atMs: number;
}

export interface PlannedProduct {
  readonly sku: string;
  readonly shards: number;
  readonly units: number;
  readonly limitPerCustomer?: number | undefined;
}

/** A customer reads all pages of a list. */
export interface ListReading {
  readonly name: string;
  readonly customer: string;
  readonly limit: number;
  readonly atMs: number;
}

/** Maximum messages or records per invocation, and the wait for them. */
export interface Batches {
  readonly size: number;
  readonly windowMs: number;
}

export interface Plan {
  readonly seed: number;
  /** Whether the cloud's entries run, or only their use cases. Entries take half as long again. */
  readonly withEntries: boolean;
  /** True in every other run: all clocks are right, and orders must end in time. */
  readonly rightClocks: boolean;
  readonly orderBatches: Batches;
  readonly eventBatches: Batches;
  readonly products: readonly PlannedProduct[];
  readonly orders: readonly SimulatedOrder[];
  readonly restocks: readonly Restock[];
  /**
   * Changes of price, peak and limit during the sale. A peak must not change the shard count, nor any change the
   * currency.
   */
  readonly changes: readonly {
    readonly name: string;
    readonly sku: string;
    readonly body: PutProductBody;
    readonly atMs: number;
  }[];
  readonly lists: readonly ListReading[];
  /** Messages that no consumer can process. */
  readonly poison: readonly Poison[];
  readonly faults: FaultRates;
  readonly partner?: PartnerPlan;
  readonly sweeper?: SweeperPlan;
  readonly operator?: OperatorPlan;
}

/** How reliably the partner accepts confirmed orders. */
export interface PartnerPlan {
  /** No call is answered during the outage, but some are booked. */
  readonly outage: { readonly fromMs: number; readonly toMs: number };
  /** Share of orders, 0 to 1. */
  readonly refusals: number;
  /** Share of calls, 0 to 1, that outlast the caller's timeout. */
  readonly slow: number;
  readonly cancellableMs: number;
  readonly giveUpMs: number;
  readonly openMs: number;
}

/** Message loss, and the sweeper that recovers the orders. */
export interface SweeperPlan {
  /** Share of messages in both queues, 0 to 1. */
  readonly lost: number;
  readonly lossUntilMs: number;
  readonly everyMs: number;
  readonly stuckMs: number;
  readonly cancellableMs: number;
}

/** Actions of the operator during the sale, and their times. */
export interface OperatorPlan {
  /** Low, so that many messages become dead letters. */
  readonly maxReceives: number;
  readonly rebuildsAtMs: readonly number[];
  /** Wait before the swap; a stalled projection may write into the old views for nearly as long. */
  readonly settleMs: number;
  /** Named by operator; each operator has an audit file. */
  readonly redrives: readonly { readonly by: string; readonly atMs: number }[];
  /** Times at which visitors read the stock, in addition to just after a swap. */
  readonly readsAtMs: readonly number[];
}

const ordersPerRun = 16;
const saleMs = 10_000;
/** Every 64th seed sends far more orders, nearly at once, so that they reach the limits of a call. */
const large = {
  ...{ orders: 160, saleMs: 1_000, products: 27, shards: 1, units: 160, limit: 60, lists: 4 },
  ...{ batch: 200, windowMs: 3_000 },
};
const small = {
  ...{ orders: ordersPerRun, saleMs, products: 2, shards: 4, units: 14, limit: 6, lists: 1 },
  ...{ batch: 5, windowMs: 50 },
};
const largeEvery = 64;

function isLarge(seed: number): boolean {
  return seed % largeEvery === largeEvery - 1;
}

/** Each pair of customer and key must create its own order, even if the joined names look alike. */
const twins = [
  [
    ['ann', 'asale-key'],
    ['anna', 'sale-key'],
  ],
  [
    ['ann', 'b.sale-key'],
    ['ann.b', 'sale-key'],
  ],
  [
    ['ann', 'b-sale-key'],
    ['ann-b', 'sale-key'],
  ],
  [
    ['ann', 'sale-key'],
    ['Ann', 'sale-key'],
  ],
] as const;
const customers = [...new Set(twins.flat().map(([customer]) => customer))];

/** Derives a sale from a seed: orders, cancels, restocks, lists, poison and fault rates. */
export function buildPlan(seed: number): Plan {
  const draw = seededDraw(seed, 'plan');
  const size = isLarge(seed) ? large : small;
  // One name is the other plus a digit, so that joined fields can look alike.
  const skus = ['lamp', 'lamp1', ...Array.from({ length: size.products - 2 }, (_, index) => `chair-${index}`)];
  const between = (low: number, high: number) => low + Math.floor(draw() * (high - low + 1));
  const sold = skus.slice(0, 2);
  const limits = limitsFrom(seed);
  const currencies = currenciesFrom(seed);
  return {
    seed,
    withEntries: draw() < 0.25,
    rightClocks: draw() < 0.5,
    orderBatches: { size: size.batch, windowMs: size.windowMs },
    eventBatches: { size: Math.max(10, size.batch), windowMs: Math.max(200, size.windowMs) },
    products: skus.map((sku) => ({
      ...{ sku, shards: between(1, size.shards), units: between(0, size.units) },
      limitPerCustomer: sold.includes(sku) ? limits() : undefined,
    })),
    orders: drawOrders(seed, sold, draw),
    restocks: Array.from({ length: between(0, 3) }, (_, index) => ({
      name: `restock-${index}`,
      sku: sold[between(0, 1)] ?? 'lamp',
      quantity: between(1, 9),
      atMs: draw() * 2 * saleMs,
    })),
    changes: drawChanges(sold, saleMs, draw, between).map((change) => ({
      ...change,
      body: { ...change.body, currency: currencies(), limitPerCustomer: limits() },
    })),
    lists: Array.from({ length: size.lists }, (_, index) => ({
      name: `list-${index}`,
      customer: customers[between(0, customers.length - 1)] ?? 'ann',
      limit: isLarge(seed) ? between(20, 100) : between(1, 8),
      atMs: draw() * 2 * saleMs,
    })),
    poison: drawPoison('settlement', draw, saleMs),
    faults: { rates: drawRates(draw), untilMs: 240_000, skipped: new Set() },
  };
}

/** Half of the draws are no limit. A separate stream keeps the rest of the plan the same. */
function limitsFrom(seed: number): () => number | undefined {
  const draw = seededDraw(seed, 'limits');
  const most = isLarge(seed) ? large.limit : small.limit;
  return () => {
    const [limited, units] = [draw() < 0.5, 1 + Math.floor(draw() * most)];
    return limited ? units : undefined;
  };
}

/** One change in five asks for another currency, which must be rejected. */
function currenciesFrom(seed: number): () => PutProductBody['currency'] {
  const draw = seededDraw(seed, 'currencies');
  return () => (draw() < 0.2 ? 'USD' : 'EUR');
}

function drawOrders(seed: number, skus: readonly string[], draw: () => number): readonly SimulatedOrder[] {
  const size = isLarge(seed) ? large : small;
  const planned = planOrders({ orders: size.orders, seed, skus, repeatShare: 0.2, cancelShare: 0.2 });
  return planned.map((order, index) => {
    const [customer, key] = twins[Math.floor(index / 2) % twins.length]?.[index % 2] ?? twins[0][0];
    return {
      ...{ ...order, customer, key: `${key}-${Math.floor(index / (2 * twins.length))}`, name: `order-${index}` },
      ...{ atMs: draw() * size.saleMs, cancelAtMs: draw() * 2 * saleMs, abused: draw() < 0.1 },
    };
  });
}

/** Drawn from a separate stream, so that the rest of the plan is the same with and without poison. */
function withPoison(plan: Plan, step: Poison['step']): Plan {
  const more = drawPoison(step, seededDraw(plan.seed, `poison for ${step}`), saleMs);
  return { ...plan, poison: [...plan.poison, ...more] };
}

/** The same sale, with a partner that fulfils its orders. */
export function buildPlanWithPartner(seed: number): Plan {
  const draw = seededDraw(seed, 'partner');
  const fromMs = draw() * 20_000;
  return {
    ...withPoison(buildPlan(seed), 'fulfilment'),
    partner: {
      outage: { fromMs, toMs: fromMs + (draw() < 0.7 ? draw() * 90_000 : 0) },
      refusals: draw() * 0.3,
      slow: draw() < 0.5 ? 0 : draw() * 0.2,
      cancellableMs: draw() < 0.5 ? 0 : Math.floor(draw() * 5_000),
      giveUpMs: draw() < 0.3 ? 20_000 : 3_600_000,
      openMs: 1_000 + Math.floor(draw() * 15_000),
    },
  };
}

/** The plan with a partner, plus lost messages and a sweeper that recovers their orders. */
export function buildPlanWithSweeper(seed: number): Plan {
  const draw = seededDraw(seed, 'sweeper');
  const plan = buildPlanWithPartner(seed);
  return {
    ...plan,
    sweeper: {
      lost: draw() * 0.4,
      lossUntilMs: 240_000,
      everyMs: 20_000 + Math.floor(draw() * 40_000),
      stuckMs: 10_000 + Math.floor(draw() * 50_000),
      cancellableMs: plan.partner?.cancellableMs ?? 0,
    },
  };
}

/** For clouds without their own scenarios: two of three runs with entries have a partner, every other one a sweeper. */
export function buildPlanOfCloud(seed: number): Plan {
  const plan = buildPlan(seed);
  const chance = seededDraw(seed, 'cloud')();
  if (!plan.withEntries) return plan;
  const withPartner = chance < 0.65 ? buildPlanWithPartner : buildPlanWithSweeper;
  return withPoison(chance < 0.3 ? plan : withPartner(seed), 'projection');
}

/** The plan with a partner, while an operator rebuilds the views and redrives dead letters. */
export function buildPlanWithOperator(seed: number): Plan {
  const draw = seededDraw(seed, 'operator');
  const times = (count: number, withinMs: number) => Array.from({ length: count }, () => draw() * withinMs);
  const others = draw() < 0.5 ? times(4, 240_000).map((atMs) => ({ by: 'elsewhere', atMs })) : [];
  return {
    ...buildPlanWithPartner(seed),
    withEntries: true,
    operator: {
      maxReceives: 1 + Math.floor(draw() * 3),
      rebuildsAtMs: [draw() * 15_000, ...(draw() < 0.6 ? times(1, 240_000) : [])],
      settleMs: 95_000,
      redrives: [...times(16, 240_000).map((atMs) => ({ by: 'here', atMs })), ...others],
      readsAtMs: times(6, 300_000),
    },
  };
}
