import { type Draw, seededDraw } from '../world/random.ts';
import { retentionDays } from './shop.ts';

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

export interface LongOrder {
  readonly name: string;
  readonly customer: string;
  readonly sku: string;
  readonly quantity: number;
  readonly atMs: number;
  readonly settleMs: number;
  /** Undefined: the customer does not cancel. */
  readonly cancelMs: number | undefined;
  /** Times of the hand-overs, after the settlement. The partner answers only the last one. */
  readonly fulfilMs: readonly number[];
  readonly isRefused: boolean;
}

export interface LongPlan {
  readonly endMs: number;
  readonly orders: readonly LongOrder[];
  readonly rebuildsAtMs: readonly number[];
}

const orders = 24;

/** Orders of some months: some expire, some are open for longer than others are kept, some come during a rebuild. */
export function planMonths(seed: number): LongPlan {
  const draw = seededDraw(seed, 'retention');
  const endMs = (retentionDays + 10 + draw() * 60) * dayMs;
  const rebuildsAtMs = Array.from({ length: 1 + Math.floor(draw() * 3) }, () => draw() * (endMs - 2 * dayMs));
  return {
    ...{ endMs, rebuildsAtMs },
    orders: Array.from({ length: orders }, (_, index) => {
      const order = planOrder(index, endMs, draw);
      const atMs = rebuildsAtMs[Math.floor(index / 2) % rebuildsAtMs.length];
      return index % 2 === 1 || atMs === undefined ? order : comeAt(order, atMs, draw);
    }),
  };
}

/** Settled just before the rebuild reads the views, so that it is counted between two pages of a read. */
function comeAt(order: LongOrder, atMs: number, draw: Draw): LongOrder {
  const settleMs = hourMs;
  return { ...order, atMs: Math.max(0, atMs - settleMs - minuteMs), settleMs: settleMs + draw() * 800 - 700 };
}

function planOrder(index: number, endMs: number, draw: Draw): LongOrder {
  const delays = () => (draw() < 0.7 ? draw() * dayMs : draw() * 80 * dayMs);
  const first = delays();
  return {
    name: `order-${index}`,
    customer: ['ann', 'bob', 'cy'][index % 3] ?? 'ann',
    sku: draw() < 0.5 ? 'lamp' : 'vase',
    quantity: 1 + Math.floor(draw() * 2),
    atMs: draw() * (endMs - 2 * dayMs),
    settleMs: draw() * hourMs,
    cancelMs: draw() < 0.2 ? draw() * dayMs : undefined,
    fulfilMs: draw() < 0.3 ? [first, first + delays()] : [first],
    isRefused: draw() < 0.2,
  };
}
