import { plural, type Report } from '../report/report.ts';
import type { SaleReport } from './report.ts';
import type { SaleOptions } from './sale.ts';

/** The page of a demonstration sale. */
export function demoReport({ sections, failures }: SaleReport, { orders, seed }: SaleOptions): Report {
  return {
    title: `Sale of ${plural(orders, 'order')}, seed ${seed}`,
    about: 'A sale with repeated posts, bad input, poison messages, cancels, a restock, and a partner that fails.',
    success: 'All invariants hold: nothing lost, doubled, oversold or leaked.',
    sections,
    failures,
  };
}
