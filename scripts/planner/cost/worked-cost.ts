import { bill, type Quantities } from '../../prices/bill.ts';
import { toCents } from '../../prices/money.ts';
import type { Prices } from '../../prices/price.ts';

/** A published bill, with its quantities. */
export interface WorkedCost {
  readonly name: string;
  readonly prices: Prices;
  readonly quantities: Quantities;
  /** Earlier usage: the published amount covers only the volume's later steps. */
  readonly after?: Quantities;
  readonly region?: string;
  readonly freeTier?: boolean;
  /** Dollars and cents. */
  readonly published: string;
  readonly source: string;
}

export interface Checked {
  readonly name: string;
  readonly model: string;
  readonly published: string;
  readonly errorPercent: number;
  readonly source: string;
}

export function check({ name, prices, quantities, after = {}, published, source, ...options }: WorkedCost): Checked {
  const { region = 'us-east-1', freeTier = false } = options;
  const priced = (some: Quantities) => bill(some, prices, { region, freeTier }).total;
  const both = Object.entries(quantities).map(([id, quantity = 0]) => [id, quantity + (after[id] ?? 0)]);
  const model = toCents(priced(Object.fromEntries(both)) - priced(after));
  const errorPercent = (Number(model) / Number(published) - 1) * 100;
  return { name, model, published, errorPercent, source };
}
