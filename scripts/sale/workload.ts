import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

export interface PlannedOrder {
  readonly customer: string;
  readonly key: string;
  readonly sku: string;
  readonly quantity: number;
  /** How the post is repeated with the same key: not at all, concurrently, or after the response. */
  readonly repeat: 'never' | 'in parallel' | 'later';
  /** The customer cancels the order during the sale. */
  readonly cancel: boolean;
}

export interface WorkloadOptions {
  readonly orders: number;
  readonly seed: number;
  /** In order of demand. */
  readonly skus: readonly string[];
  /** Default 1.2, which gives the first of four products about half of all orders. */
  readonly zipfExponent?: number;
  readonly repeatShare?: number;
  readonly cancelShare?: number;
  readonly largestQuantity?: number;
}

/** The same seed gives the same sale. */
export function planOrders(options: WorkloadOptions): PlannedOrder[] {
  const {
    orders,
    seed,
    skus,
    zipfExponent = 1.2,
    repeatShare = 0.1,
    cancelShare = 0.03,
    largestQuantity = 3,
  } = options;
  const random = xoroshiro128plus(seed);
  const chance = () => uniformFloat64(random);
  const pickSku = zipf(skus, zipfExponent);
  return Array.from({ length: orders }, (_, index) => ({
    customer: `customer-${uniformInt(random, 1, 200)}`,
    key: `sale-${seed}-${index}`,
    sku: pickSku(chance()),
    quantity: uniformInt(random, 1, largestQuantity),
    repeat: pickRepeat(chance() < repeatShare, chance()),
    cancel: chance() < cancelShare,
  }));
}

/**
 * Adds missing kinds to a plan: a post repeated in parallel, one repeated later, and a cancel of the first order, so
 * that a small sale shows each. A single order is repeated in one way only.
 */
export function showEachKind(plan: readonly PlannedOrder[]): PlannedOrder[] {
  const orders = [...plan];
  const change = (index: number, kind: Partial<PlannedOrder>) => {
    const order = orders[index];
    if (order) orders[index] = { ...order, ...kind };
  };
  const [last, repeats] = [orders.length - 1, new Set(orders.map(({ repeat }) => repeat))];
  if (!repeats.has('later')) change(last, { repeat: 'later' });
  if (!repeats.has('in parallel') && last > 0) change(orders[0]?.repeat === 'later' ? 1 : 0, { repeat: 'in parallel' });
  // The first one, because later ones may be rejected before their customers cancel them.
  change(0, { cancel: true });
  return orders;
}

/** Units demanded of a product. */
export function demandOf(plan: readonly PlannedOrder[], sku: string): number {
  return plan.filter((order) => order.sku === sku).reduce((sum, order) => sum + order.quantity, 0);
}

function pickRepeat(repeats: boolean, coin: number): PlannedOrder['repeat'] {
  if (!repeats) return 'never';
  return coin < 0.5 ? 'in parallel' : 'later';
}

function zipf(skus: readonly string[], exponent: number): (chance: number) => string {
  return weighted(skus.map((sku, rank) => [sku, 1 / (rank + 1) ** exponent]));
}

/** Returns a function that picks by weight; `chance` is from 0 to 1. */
export function weighted<Choice>(choices: readonly (readonly [Choice, number])[]): (chance: number) => Choice {
  const total = choices.reduce((sum, [, weight]) => sum + weight, 0);
  const [last] = choices.at(-1) ?? [];
  if (last === undefined) throw new Error('choices is empty');
  return (chance) => {
    let rest = chance * total;
    for (const [choice, weight] of choices) {
      rest -= weight;
      if (rest < 0) return choice;
    }
    return last;
  };
}
