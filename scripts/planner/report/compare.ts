import { table } from '../../report/table.ts';
import type { PlanReport } from './build.ts';
import { dollars, number, seconds } from './words.ts';

/** Several plans of one load, side by side. */
export function compareText(reports: readonly PlanReport[]): string {
  const worst = ({ times }: PlanReport, what: string) => {
    const found = times.filter((row) => row.what === what).map((row) => row.times.p99);
    return found.length > 0 ? seconds(Math.max(...found)) : '-';
  };
  const rows = [
    ['peak, orders/s', ...reports.map((one) => number(one.peakOrdersPerSecond))],
    ['p99 click to confirmed', ...reports.map((one) => worst(one, 'click to confirmed'))],
    ['p99 click to fulfilled', ...reports.map((one) => worst(one, 'click to fulfilled'))],
    ['USD a month', ...reports.map(({ cost }) => dollars(cost.bill.usd))],
    ['of it fixed', ...reports.map(({ cost }) => dollars(cost.bill.fixedUsd))],
    ['USD per 1,000 orders', ...reports.map(({ cost }) => dollars(cost.usdPer1000Orders ?? 0))],
    ['within the budget', ...reports.map(({ holds }) => (holds ? 'yes' : 'NO'))],
  ];
  const verdicts = reports.map(({ stage, cloud, verdict }) => `${stage} (${cloud}): ${verdict}`).join('\n');
  return `${verdicts}\n\n${table(rows, ['', ...reports.map(({ stage, cloud }) => `${stage} (${cloud})`)])}\n\n${verdicts}\n`;
}
