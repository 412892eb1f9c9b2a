import Table from 'cli-table3';
import type { Comparison, Difference } from './compare.ts';

/** A row for each kind of resource and stage, then each difference that nobody explains, and the reasons of the rest. */
export function reportOf(comparisons: readonly (Comparison & { readonly stage: string })[]): string {
  const table = new Table({
    head: ['stage', 'resources', 'settings', 'explained', 'unexplained'],
    style: { head: [] },
  });
  for (const { stage, resources, settings, differences } of comparisons) {
    const open = differences.filter(({ reason }) => reason === undefined).length;
    table.push([stage, resources, settings, differences.length - open, open]);
  }
  const all = comparisons.flatMap(({ stage, differences }) => differences.map((one) => ({ stage, ...one })));
  const open = all.filter(({ reason }) => reason === undefined);
  const reasons = Map.groupBy(
    all.filter(({ reason }) => reason !== undefined),
    ({ reason }) => reason,
  );
  return [
    table.toString(),
    ...[...reasons].map(([reason, rows]) => `${rows.length} x ${reason}`),
    ...open.map((row) => `UNEXPLAINED ${row.stage}: ${lineOf(row)}`),
    '',
  ].join('\n');
}

const lineOf = ({ resource, setting, cdk, terraform }: Difference): string =>
  `${resource}, ${setting}: CDK ${cdk ?? 'nothing'}, Terraform ${terraform ?? 'nothing'}`;
