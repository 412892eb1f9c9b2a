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

/** Orders of some months: some expire, some are open for longer than others are kept. */
export function planMonths(seed: number): LongPlan {
  const draw = seededDraw(seed, 'retention');
  const endMs = (retentionDays + 10 + draw() * 60) * dayMs;
  const planned = Array.from({ length: orders }, (_, index) => planOrder(index, endMs, draw));
  const busy = () => (planned[Math.floor(draw() * orders)]?.atMs ?? 0) + draw() * hourMs;
  return { endMs, orders: planned, rebuildsAtMs: Array.from({ length: 1 + Math.floor(draw() * 3) }, busy) };
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
