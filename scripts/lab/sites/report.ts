import { table } from '../../report/table.ts';
import { sites } from './engines.ts';
import { phases, type SiteSaleResult } from './sale.ts';

const unitsOf = (all: readonly { readonly quantity: number }[]) =>
  all.reduce((units, { quantity }) => units + quantity, 0);

/** Everything that is not as it must be; empty when the sale was right and showed what it is for. */
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
    ...(taken + held === supply + givenBack ? [] : [`${taken} units sold and ${held} left, of ${supply + givenBack}`]),
    ...(taken === unitsOf(sold) ? [] : [`${taken} units were taken for ${unitsOf(sold)} that customers have`]),
    ...(oldEpoch === 'closed' ? [] : [`after the confiscation an old epoch was not refused: ${oldEpoch}`]),
    ...idle.map((site) => `${site} sold nothing while the sites were apart`),
    ...(rights.azure.left === 0 && broughtHome >= givenBack
      ? []
      : [`${broughtHome} units came home, ${rights.azure.left} stay at the site that closed`]),
    ...(stranded > 0 ? [] : ['no unit was stranded: the sale did not show what a partition costs']),
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
    `stranded while apart: ${stranded} units lay at one site when the other had to refuse`,
    `brought home after the sale: ${broughtHome} units of the site that closed, ${rights.azure.left} stay there`,
    `transfers: ${rights.aws.sent.length + rights.azure.sent.length}, answers lost on the way: ${lostAnswers}`,
    `a counter that merges would have sold ${merging}: ${Math.max(0, merging - supply)} too many`,
    ...failuresOf(result).map((failure) => `FAILED: ${failure}`),
    '',
  ].join('\n');
}
