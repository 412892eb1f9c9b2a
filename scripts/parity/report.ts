import Table from 'cli-table3';
import type { Comparison, Difference } from './compare.ts';

/** A row per stage, the reasons of explained differences, then each unexplained difference. */
export function formatReport(comparisons: readonly (Comparison & { readonly stage: string })[]): string {
  const table = new Table({
    head: ['stage', 'resources', 'settings', 'explained', 'unexplained'],
    style: { head: [] },
  });
  for (const { stage, resources, settings, differences } of comparisons) {
    const unexplained = differences.filter(({ reason }) => reason === undefined).length;
    table.push([stage, resources, settings, differences.length - unexplained, unexplained]);
  }
  const all = comparisons.flatMap(({ stage, differences }) => differences.map((one) => ({ stage, ...one })));
  const unexplained = all.filter(({ reason }) => reason === undefined);
  const reasons = Map.groupBy(
    all.filter(({ reason }) => reason !== undefined),
    ({ reason }) => reason,
  );
  return [
    table.toString(),
    ...[...reasons].map(([reason, rows]) => `${rows.length} x ${reason}`),
    ...unexplained.map((row) => `UNEXPLAINED ${row.stage}: ${formatDifference(row)}`),
    '',
  ].join('\n');
}

const formatDifference = ({ resource, setting, cdk, terraform }: Difference): string =>
  `${resource}, ${setting}: CDK ${cdk ?? 'nothing'}, Terraform ${terraform ?? 'nothing'}`;
