import { type PlannedOrder, planOrders } from '../../scripts/shop/workload.ts';
import type { FaultRates } from './calls.ts';
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
  /** Bodies that no consumer can use. */
  readonly poison: readonly { readonly name: string; readonly body: string; readonly atMs: number }[];
  readonly faults: FaultRates;
}

export const ordersPerRun = 25;
const saleMs = 10_000;
const baseRates = { 'crash before': 0.02, 'crash after': 0.02, busy: 0.05, conflict: 0.05, lost: 0.05, stall: 0.01 };

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
  // Some seeds are calm and some are wild, and each in its own way: rare faults meet only where others stay away.
  const rates = Object.fromEntries(
    Object.entries(baseRates).map(([fate, rate]) => [fate, rate * ([0, 0, 0.5, 1, 2][between(0, 4)] ?? 1)]),
  ) as unknown as FaultRates['rates'];
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
    poison: [
      { name: 'poison-0', body: '{"v":1', atMs: draw() * saleMs },
      { name: 'poison-1', body: noRequest, atMs: draw() * saleMs },
      { name: 'poison-2', body: nobodysOrder, atMs: draw() * saleMs },
    ].filter(() => draw() < 0.3),
    faults: { rates, untilMs: 240_000, spared: new Set() },
  };
}
