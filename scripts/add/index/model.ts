import type { Stage, TableBilling } from '../../../stacks/model/stages/stage-settings.ts';
import { stages } from '../../../stacks/model/stages/stages.ts';
import type { Draft } from '../draft.ts';
import { addAlarms, columns, raiseDollars } from '../step/costs.ts';
import type { TableIndex } from './table-index.ts';

/** Name, shape, permission and billing: what the stacks of each cloud, alarms and functions follow from. */
export function addModel(draft: Draft, index: TableIndex): void {
  const { table, attribute, constant } = index;
  draft.below(
    'functions/contracts/table-keys.ts',
    ['openOrdersIndex'],
    `\n/** Lists rows of \`${table}\` by \`${attribute}\`. */\nexport const ${constant} = '${index.index}';`,
  );
  const shapes = 'stacks/model/table-shapes.ts';
  const row = `{ name: ${constant}, partitionKey: '${attribute}', sortKey: 'sku', holds: 'keys' }`;
  draft.swap(shapes, ['tableShapes', table], '{', `{ indexes: [${row}],`);
  draft.import(shapes, [constant], '../../functions/contracts/table-keys.ts');
  const services = 'stacks/model/services.ts';
  const permission = `, index: { name: ${constant}, actions: ['query'] }`;
  draft.swap(services, ['services', index.access], ']', `]${permission}`);
  draft.import(services, [constant], '../../functions/contracts/table-keys.ts');
  addBilling(draft, table);
  // Throttled reads, and throttled writes.
  addAlarms(draft, 2);
}

const isProvisioned = ({ tables }: Stage, table: string): boolean =>
  Object.entries(tables).some(([name, { mode }]) => name === table && mode === 'provisioned');

/** Terraform cannot keep the scaled capacity of an index and still see that an index is new. */
function addBilling(draft: Draft, table: string): void {
  const file = 'stacks/model/stages/stages.ts';
  const provisioned = Object.values<Stage>(stages).filter((stage) => isProvisioned(stage, table));
  for (const { name } of provisioned) {
    const before = draft.find(file, [name, 'tables', table]) ?? '';
    draft.swap(file, [name, 'tables', table], before, `${table}: smallOnDemand`);
  }
  if (provisioned.length === 0) return;
  lowerCosts(draft, table);
  // The test gives capacity to each table, of which an index has as much.
  draft.rewrite(
    'test/synth/check-stage.test.ts',
    /(tables\.\*\.read\.maxUnits: .*, got )(\d+)/,
    (_, before = '', units = '') => `${before}${Number(units) + 16_400}`,
  );
}

/** Dollars of a month for the least capacity, which is kept all the time. */
function lowerCosts(draft: Draft, table: string): void {
  const priceOf = (billing: TableBilling | undefined) =>
    billing?.mode === 'provisioned' ? -730 * (0.00065 * billing.write.minUnits + 0.00013 * billing.read.minUnits) : 0;
  const amounts = columns.map(({ tables }) => priceOf(new Map(Object.entries(tables)).get(table)));
  raiseDollars(draft, 'docs/deploying/aws.md', { 'provisioned capacity of tables and indexes: ': amounts });
}
