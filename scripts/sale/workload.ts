import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

export interface PlannedOrder {
  readonly customer: string;
  readonly key: string;
  readonly sku: string;
  readonly quantity: number;
  /** How the post is repeated with the same key: not at all, beside the first one, or after its answer. */
  readonly repeat: 'never' | 'in parallel' | 'later';
  /** The customer changes their mind once the order is settled. */
  readonly cancel: boolean;
}

export interface WorkloadOptions {
  readonly orders: number;
  readonly seed: number;
  /** Most wanted first. */
  readonly skus: readonly string[];
  /** Default 1.2: the first of four products gets about half of all orders. */
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
    repeat: repeatOf(chance() < repeatShare, chance()),
    cancel: chance() < cancelShare,
  }));
}

/** Units that the orders for a product ask for. */
export function demandOf(plan: readonly PlannedOrder[], sku: string): number {
  return plan.filter((order) => order.sku === sku).reduce((sum, order) => sum + order.quantity, 0);
}

function repeatOf(repeats: boolean, coin: number): PlannedOrder['repeat'] {
  if (!repeats) return 'never';
  return coin < 0.5 ? 'in parallel' : 'later';
}

function zipf(skus: readonly string[], exponent: number): (chance: number) => string {
  return weighted(skus.map((sku, rank) => [sku, 1 / (rank + 1) ** exponent]));
}

/** Picks by weight; a chance is from 0 to 1. */
export function weighted<Choice>(choices: readonly (readonly [Choice, number])[]): (chance: number) => Choice {
  const total = choices.reduce((sum, [, weight]) => sum + weight, 0);
  const [last] = choices.at(-1) ?? [];
  if (last === undefined) throw new Error('there is nothing to choose from');
  return (chance) => {
    let rest = chance * total;
    for (const [choice, weight] of choices) {
      rest -= weight;
      if (rest < 0) return choice;
    }
    return last;
  };
}
