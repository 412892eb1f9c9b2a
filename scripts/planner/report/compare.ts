import { type Section, sectionsText } from '../../report/report.ts';
import type { PlanReport } from './build.ts';
import { toMarkdownSection } from './forms.ts';
import { describeGuessed } from './price.ts';
import { dollars, number, seconds } from './words.ts';

const nameOf = ({ stage, cloud }: PlanReport): string => `${stage} (${cloud})`;
const verdictsOf = (reports: readonly PlanReport[]): string[] =>
  reports.map((report) => `${nameOf(report)}: ${report.verdict}`);

/** Several plans of one load, side by side. */
export function compareText(reports: readonly PlanReport[]): string {
  const verdicts = verdictsOf(reports).join('\n');
  return `${verdicts}\n${sectionsText([toSection(reports)])}\n${verdicts}\n`;
}

/** The same as Markdown, for a comment on a pull request. */
export function compareMarkdown(reports: readonly PlanReport[]): string {
  const verdicts = verdictsOf(reports)
    .map((verdict) => `- **${verdict}**`)
    .join('\n');
  return `${[verdicts, toMarkdownSection(toSection(reports)), verdicts].join('\n\n')}\n`;
}

function toSection(reports: readonly PlanReport[]): Section {
  const worst = ({ times }: PlanReport, what: string) => {
    const found = times.filter((row) => row.what === what).map((row) => row.times.p99);
    return found.length > 0 ? seconds(Math.max(...found)) : '-';
  };
  const rows = [
    ['peak, orders/s', ...reports.map((one) => number(one.peakOrdersPerSecond))],
    ['p99 click to confirmed', ...reports.map((one) => worst(one, 'click to confirmed'))],
    ['p99 click to fulfilled', ...reports.map((one) => worst(one, 'click to fulfilled'))],
    ['prices of', ...reports.map(({ cost }) => cost.bill.region)],
    ['USD a month', ...reports.map(({ cost }) => dollars(cost.bill.usd))],
    ['of it at guessed prices', ...reports.map(({ cost }) => describeGuessed(cost))],
    ['of it fixed', ...reports.map(({ cost }) => dollars(cost.bill.fixedUsd))],
    ['USD per 1,000 orders', ...reports.map(({ cost }) => dollars(cost.usdPer1000Orders ?? 0))],
    ['within the budget', ...reports.map(({ holds }) => (holds ? 'yes' : 'NO'))],
  ];
  return { title: 'Side by side', table: { head: ['', ...reports.map(nameOf)], rows } };
}
