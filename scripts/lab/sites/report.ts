import { table } from '../../report/table.ts';
import { sites } from './engines.ts';
import { phases, type SiteSaleResult } from './sale.ts';

const unitsOf = (all: readonly { readonly quantity: number }[]) =>
  all.reduce((units, { quantity }) => units + quantity, 0);

/** All failures; empty if the sale was correct and showed the cost of a partition. */
export function failuresOf({
  supply,
  givenBack,
  broughtHome,
  rights,
  sold,
  stranded,
  oldEpoch,
}: SiteSaleResult): string[] {
  const taken = rights.aws.sold + rights.azure.sold;
  const held = rights.aws.left + rights.azure.left;
  const idle = sites.filter((site) => !sold.some((one) => one.phase === 'partitioned' && one.site === site));
  return [
    ...(taken > supply ? [`oversold: ${taken} units of ${supply}`] : []),
    ...(taken + held === supply + givenBack
      ? []
      : [`${taken} units sold and ${held} left do not add up to ${supply + givenBack}`]),
    ...(taken === unitsOf(sold) ? [] : [`stores count ${taken} units as sold, customers have ${unitsOf(sold)}`]),
    ...(oldEpoch === 'closed' ? [] : [`an old epoch was not refused after the confiscation: ${oldEpoch}`]),
    ...idle.map((site) => `${site} sold nothing during the partition`),
    ...(rights.azure.left === 0 && broughtHome >= givenBack
      ? []
      : [`${broughtHome} of ${givenBack} units were reclaimed, ${rights.azure.left} stay at the closed site`]),
    ...(stranded > 0 ? [] : ['no unit was stranded: the sale did not show the cost of a partition']),
  ];
}

export function siteReport(result: SiteSaleResult): string {
  const { supply, rights, sold, refused, stranded, broughtHome, lostAnswers, merging } = result;
  const taken = rights.aws.sold + rights.azure.sold;
  const row = (phase: (typeof phases)[number]) => [
    phase,
    ...sites.map((site) => String(unitsOf(sold.filter((one) => one.phase === phase && one.site === site)))),
    String(refused.filter((one) => one.phase === phase).length),
  ];
  return [
    table(phases.map(row), ['units sold', ...sites, 'orders refused']),
    '',
    `sold ${taken} of ${supply}, oversold ${Math.max(0, taken - supply)}`,
    `stranded during the partition: ${stranded} units at one site when the other had to refuse`,
    `reclaimed after the sale: ${broughtHome} units from the closed site, ${rights.azure.left} stay there`,
    `transfers: ${rights.aws.sent.length + rights.azure.sent.length}, answers lost: ${lostAnswers}`,
    `a merging counter would have sold ${merging}: ${Math.max(0, merging - supply)} too many`,
    ...failuresOf(result).map((failure) => `FAILED: ${failure}`),
    '',
  ].join('\n');
}
