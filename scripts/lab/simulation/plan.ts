import type { PutProductBody } from '../../../functions/contracts/http.ts';
import { type PlannedOrder, planOrders } from '../../sale/workload.ts';
import { drawRates, type FaultRates } from './calls.ts';
import { drawOf } from './random.ts';

export interface SimulatedOrder extends PlannedOrder {
  readonly name: string;
  readonly atMs: number;
  /** When the customer changes their mind, if they do. */
  readonly cancelAtMs: number;
  /** Somebody else tries to read and cancel it; the customer uses its key again for another quantity. */
  readonly abused: boolean;
}

export interface Restock {
  readonly name: string;
  readonly sku: string;
  readonly quantity: number;
  readonly atMs: number;
}

export interface Plan {
  readonly seed: number;
  readonly products: readonly { readonly sku: string; readonly shards: number; readonly units: number }[];
  readonly orders: readonly SimulatedOrder[];
  readonly restocks: readonly Restock[];
  /** Another price in the middle of the sale, and another peak: that one must change nothing. */
  readonly changes: readonly {
    readonly name: string;
    readonly sku: string;
    readonly body: PutProductBody;
    readonly atMs: number;
  }[];
  /** Bodies that no consumer can use. */
  readonly poison: readonly { readonly name: string; readonly body: string; readonly atMs: number }[];
  readonly faults: FaultRates;
  readonly partner?: PartnerPlan;
  readonly sweeper?: SweeperPlan;
}

/** A partner that takes what is confirmed, and how well it does. */
export interface PartnerPlan {
  /** While it lasts nothing is answered, though some of it is booked. */
  readonly outage: { readonly fromMs: number; readonly toMs: number };
  /** 0 to 1, of the orders. */
  readonly refusals: number;
  /** 0 to 1, of the calls: those that take longer than anybody waits. */
  readonly slow: number;
  readonly cancellableMs: number;
  readonly giveUpMs: number;
  readonly openMs: number;
}

/** Messages that are lost for ever, and who finds that out. */
export interface SweeperPlan {
  /** 0 to 1, of the messages of both queues. */
  readonly lost: number;
  readonly lossUntilMs: number;
  readonly everyMs: number;
  readonly stuckMs: number;
  readonly cancellableMs: number;
}

export const ordersPerRun = 25;
const saleMs = 10_000;

const noRequest = JSON.stringify({ v: 7, orderId: 'not-an-order' });
const nobodysOrder = JSON.stringify({
  v: 1,
  orderId: '00000000-0000-5000-8000-000000000000',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
});

/** The sale of a seed: orders, cancels, restocks, poison, and how much goes wrong. */
export function planOf(seed: number): Plan {
  const draw = drawOf(seed, 'plan');
  const skus = ['lamp', 'chair'];
  const between = (low: number, high: number) => low + Math.floor(draw() * (high - low + 1));
  const planned = planOrders({ orders: ordersPerRun, seed, skus, repeatShare: 0.2, cancelShare: 0.2 });
  const rates = drawRates(draw);
  return {
    seed,
    products: skus.map((sku) => ({ sku, shards: between(1, 4), units: between(0, 14) })),
    orders: planned.map((order, index) => ({
      ...order,
      // Customers do not know each other's keys, and may choose the same.
      key: `sale-key-${index % 12}`,
      name: `order-${index}`,
      atMs: draw() * saleMs,
      cancelAtMs: draw() * 2 * saleMs,
      abused: draw() < 0.1,
    })),
    restocks: Array.from({ length: between(0, 3) }, (_, index) => ({
      name: `restock-${index}`,
      sku: skus[between(0, 1)] ?? 'lamp',
      quantity: between(1, 9),
      atMs: draw() * 2 * saleMs,
    })),
    changes: skus
      .map((sku) => ({
        name: `change-${sku}`,
        sku,
        body: {
          name: sku,
          unitPrice: between(1, 5_000),
          currency: 'EUR' as const,
          peakOrdersPerSecond: between(1, 6_400),
        },
        atMs: draw() * saleMs,
      }))
      .filter(() => draw() < 0.3),
    poison: [
      { name: 'poison-0', body: '{"v":1', atMs: draw() * saleMs },
      { name: 'poison-1', body: noRequest, atMs: draw() * saleMs },
      { name: 'poison-2', body: nobodysOrder, atMs: draw() * saleMs },
    ].filter(() => draw() < 0.3),
    faults: { rates, untilMs: 240_000, spared: new Set() },
  };
}

/** The same sale, whose orders go on to a partner. */
export function planWithPartner(seed: number): Plan {
  const draw = drawOf(seed, 'partner');
  const fromMs = draw() * 20_000;
  return {
    ...planOf(seed),
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

/** The same, where a sweeper finishes what nobody finished. */
export function planWithSweeper(seed: number): Plan {
  const draw = drawOf(seed, 'sweeper');
  const plan = planWithPartner(seed);
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
