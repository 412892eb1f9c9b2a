import { multiply, type NanoUsd, sumMoney } from './money.ts';
import type { Price, Prices, Step } from './price.ts';

export interface BillOptions {
  readonly region: string;
  /** Subtracts the always-free quantities. Off by default, because other stages in the account may use them up. */
  readonly freeTier?: boolean;
}

export interface ExactLine<Id extends string = string>
  extends Pick<Price, 'service' | 'item' | 'unit' | 'fixed' | 'source'> {
  readonly id: Id;
  readonly quantity: number;
  readonly amount: NanoUsd;
}

export interface ExactBill<Id extends string = string> {
  readonly region: string;
  readonly lines: readonly ExactLine<Id>[];
  readonly total: NanoUsd;
  /** Costs that are due even without sales. */
  readonly fixed: NanoUsd;
  readonly variable: NanoUsd;
}

/** Quantities per month, in the provider's billing units. */
export type Quantities<Id extends string = string> = Readonly<Partial<Record<Id, number>>>;

/** @throws when a quantity has no price, or its price is not known in the region */
export function bill<Id extends string>(
  quantities: Quantities<Id>,
  prices: Prices<Id>,
  { region, freeTier = false }: BillOptions,
): ExactBill<Id> {
  const used = Object.entries(quantities) as [Id, number][];
  const lines = used
    .filter(([, quantity]) => quantity !== 0)
    .map(([id, quantity]): ExactLine<Id> => {
      const price = findPrice(prices, id);
      const { service, item, unit, fixed } = price;
      const source = price.regionalSources?.[region] ?? price.source;
      const amount = costOf(price, freeTier ? Math.max(0, quantity - price.free) : quantity, region);
      return { id, service, item, unit, fixed, source, quantity, amount };
    });
  const sumOf = (some: readonly ExactLine[]) => sumMoney(some.map(({ amount }) => amount));
  const fixed = sumOf(lines.filter((line) => line.fixed));
  const total = sumOf(lines);
  return { region, lines, total, fixed, variable: total - fixed };
}

/** The price of a quantity, by the price's volume steps. */
export function costOf(price: Price, quantity: number, region: string): NanoUsd {
  let rest = quantity;
  const amounts = stepsIn(price, region).map(({ first, usd }) => {
    const part = Math.min(rest, first);
    rest -= part;
    return multiply(part, usd, price.per);
  });
  return sumMoney(amounts);
}

/** Fixed and variable costs, the variable ones per 1,000 orders. */
export function perThousand(amount: NanoUsd, orders: number): NanoUsd {
  if (!Number.isSafeInteger(orders) || orders <= 0) throw new RangeError(`${orders} orders; it must be 1 or more`);
  return (amount * 1_000n) / BigInt(orders);
}

function findPrice<Id extends string>(prices: Prices<Id>, id: Id): Price {
  const price = prices[id];
  if (!price) throw new Error(`no price '${id}'; there are ${Object.keys(prices).join(', ')}`);
  return price;
}

function stepsIn({ service, item, usd }: Price, region: string): readonly Step[] {
  const found = usd[region] ?? usd['*'];
  if (!found)
    throw new Error(`no price of ${service} ${item} in '${region}'; there is one in ${Object.keys(usd).join(', ')}`);
  return found;
}
