import { table } from '../../report/table.ts';
import type { Judged, ProductUnits } from './judge.ts';

const longest = 20;

/** Puts the important line last. */
export function reportRegions(judged: Judged): string {
  const { products, lost, unfinished, doubled, wrong } = judged;
  const names = products[0]?.regions.map(({ region }) => region) ?? [];
  const head = [
    'product',
    'supplied',
    ...names.flatMap((name) => [`${name} left`, 'in orders']),
    'under way',
    'stranded',
  ];
  return [
    products.length === 0 ? 'no product' : table(products.map(toRow), head),
    ...listed(
      unfinished.map(
        ({ orderId, region, state, quantity, sku }) => `${orderId} ${state}, ${quantity} ${sku}, ${region}`,
      ),
      'orders of a region that does not answer are not final:',
    ),
    ...listed(
      doubled.map(
        ({ orderId, regions, quantity, sku }) => `${orderId} in ${regions.join(' and ')}, ${quantity} ${sku}`,
      ),
      'orders live in more than one region, and ship once; to return their units, see docs/runbook.md:',
    ),
    ...listed(wrong, 'does not add up; while orders are in progress, run the command again to confirm:'),
    verdict(judged, lost),
    '',
  ].join('\n');
}

function toRow({ sku, supplied, regions, underWay, stranded }: ProductUnits): (string | number)[] {
  return [sku, supplied, ...regions.flatMap(({ left, held }) => [left ?? '?', held]), underWay, stranded];
}

function listed(lines: readonly string[], head: string): string[] {
  if (lines.length === 0) return [];
  const more = lines.length > longest ? [`  and ${lines.length - longest} more; --json has them all`] : [];
  return [head, ...lines.slice(0, longest).map((line) => `  ${line}`), ...more];
}

function verdict({ unfinished, doubled, wrong, products }: Judged, lost: readonly string[]): string {
  const findings = [
    ...lost.map((region) => `${region} does not answer`),
    ...(unfinished.length > 0 ? [`${unfinished.length} of its known orders are not final`] : []),
    ...(doubled.length > 0 ? [`${doubled.length} orders are doubled`] : []),
    ...(wrong.length > 0 ? [`${wrong.length} levels do not add up`] : []),
  ];
  const units = products.reduce((sum, { supplied }) => sum + supplied, 0);
  return findings.length === 0 ? `all ${units} units are accounted for in all regions` : findings.join('; ');
}
