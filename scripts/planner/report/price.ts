import { toUsd } from '../../prices/money.ts';
import type { CloudModel } from '../clouds/cloud-model.ts';
import { billAws, toBillingUnits } from '../cost/aws-usage.ts';
import type { Plan } from '../model/plan.ts';
import { ordersOf, toUsage } from '../model/to-usage.ts';
import type { Bill } from '../types.ts';
import { dollars, percent } from './words.ts';

export interface PriceOptions {
  readonly region: string;
  readonly freeTier: boolean;
}

export interface Cost {
  readonly bill: Bill;
  readonly orders: number;
  /** The variable part of the bill; null without any order. */
  readonly usdPer1000Orders: number | null;
  /** The part of the bill that has guessed prices. */
  readonly guessedUsd: number;
}

export function priceOf(plan: Plan, options: PriceOptions): Cost {
  const { stage, elsewhere } = plan.scenario;
  const bill = elsewhere
    ? billElsewhere(plan, elsewhere.model, options)
    : billAws(toBillingUnits(toUsage(plan), stage), options);
  const orders = ordersOf(plan);
  const usdPer1000Orders = orders > 0 ? ((bill.usd - bill.fixedUsd) / orders) * 1_000 : null;
  return { bill, orders, usdPer1000Orders, guessedUsd: guessedUsdOf(bill) };
}

const guessedUsdOf = ({ lines }: Bill): number =>
  lines.reduce((sum, { usd, source }) => sum + (source.mark === 'guessed' ? usd : 0), 0);

/** The guessed part in dollars and as a share, so that a reader can judge how reliable the total is. */
export const describeGuessed = ({ bill, guessedUsd }: Cost): string =>
  `${dollars(guessedUsd)} (${percent(bill.usd > 0 ? guessedUsd / bill.usd : 0)})`;

function billElsewhere({ scenario, runs }: Plan, model: CloudModel, options: PriceOptions): Bill {
  const counts = new Map<string, number>();
  for (const { result } of runs)
    for (const [name, count] of result.usage.counts)
      counts.set(name, (counts.get(name) ?? 0) + count * result.run.times);
  const hours = scenario.profile.days * 24;
  const { lines, total, fixed, region } = model.bill({ stage: scenario.stage, counts, hours }, options);
  return {
    region,
    lines: lines.map(({ amount, ...line }) => ({ ...line, usd: toUsd(amount) })),
    ...{ usd: toUsd(total), fixedUsd: toUsd(fixed) },
  };
}
