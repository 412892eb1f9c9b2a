import { billAws, toBillingUnits } from '../cost/aws-usage.ts';
import type { Plan } from '../model/plan.ts';
import { ordersOf, toUsage } from '../model/to-usage.ts';
import type { Bill } from '../types.ts';

export interface PriceOptions {
  readonly region: string;
  readonly freeTier: boolean;
}

export interface Cost {
  readonly bill: Bill;
  readonly orders: number;
  /** The variable part of the bill; null without any order. */
  readonly usdPer1000Orders: number | null;
}

export function priceOf(plan: Plan, options: PriceOptions): Cost {
  const bill = billAws(toBillingUnits(toUsage(plan), plan.scenario.stage), options);
  const orders = ordersOf(plan);
  return { bill, orders, usdPer1000Orders: orders > 0 ? ((bill.usd - bill.fixedUsd) / orders) * 1_000 : null };
}
