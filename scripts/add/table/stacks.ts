import { createHash } from 'node:crypto';
import type { Draft } from '../draft.ts';
import type { Kept } from '../kept.ts';
import type { Table } from './table.ts';

/** Adds the table to both tools, with its output, and to the template tests that list resources by name. */
export function addStacks(draft: Draft, table: Table, kept: Kept): void {
  if (kept.cdk) addCdk(draft, table);
  if (kept.terraform) addTerraform(draft, table);
  if (kept.cdk) addCdkTests(draft, table);
  draft.after(
    'test/synth/check-stage.test.ts',
    ['provisionedHigh', 'coordination'],
    `${table.name}: tables.${table.name}`,
  );
  if (kept.terraform)
    draft.after('test/terraform/regions.test.ts', [copies, '=coordination: small'], `${table.name}: small`);
}

const copies = 'needs the provider that can protect a copy only where copies are protected';

function addCdk(draft: Draft, { name, capital, owner }: Table): void {
  const file = 'stacks/aws/data-stack.ts';
  const made = `new Table(this, '${capital}', { stage, table: '${name}' })`;
  const isCopied = owner === 'catalog';
  draft.below(
    file,
    ["=const coordination = new Table(this, 'Coordination', { stage, table: 'coordination' });"],
    `const ${name} = ${isCopied ? `ownsTable(stage, '${name}') ? ${made} : undefined` : made};`,
  );
  draft.after(
    file,
    ['CoordinationTable'],
    `${capital}Table: ${isCopied ? `${name}?.table.tableName ?? tableName(stage, '${name}')` : `${name}.table.tableName`}`,
  );
}

function addTerraform(draft: Draft, { name, capital, owner }: Table): void {
  const file = 'stacks/terraform/aws/data.ts';
  const made = `new Table(this, '${capital}', { stage, table: '${name}' }).table`;
  const isCopied = owner === 'catalog';
  draft.below(
    file,
    ["=const coordination = new Table(this, 'Coordination', { stage, table: 'coordination' }).table;"],
    `const ${name} = ${isCopied ? `ownsTable(stage, '${name}') ? ${made} : undefined` : made};`,
  );
  draft.after(
    file,
    ['CoordinationTable'],
    `${capital}Table: ${isCopied ? `${name}?.name ?? tableName(stage, '${name}')` : `${name}.name`}`,
  );
}

function addCdkTests(draft: Draft, { name, capital, owner }: Table): void {
  const file = 'test/synth/aws/data-stack.test.ts';
  draft.after(
    file,
    ["=[physicalName('prod', 'coordination')]: 'CoordinationTableB8240530'"],
    `[physicalName('prod', '${name}')]: '${toLogicalId(capital)}'`,
  );
  draft.after(file, ["=['coordination', ['pk']]"], `['${name}', ['pk']]`);
  const outputs = 'publishes outputs and parameters for other stacks and scripts';
  draft.after(file, [outputs, 'CoordinationTable'], `'${capital}Table'`);
  draft.after(file, [outputs, `=\`/\${project}/dev/coordination-table\``], `\`/\${project}/dev/${name}-table\``);
  if (owner === 'catalog') addRegionTests(draft, name);
}

const replicates =
  'replicates what it owns to the other region, as protected as its own, with both images in the stream';

/** Other regions have copies of the home region's table, as for the catalog. */
function addRegionTests(draft: Draft, name: string): void {
  const file = 'test/synth/aws/regions.test.ts';
  draft.after(file, ['ofHome', 'catalog'], `'${name}'`);
  draft.after(file, [replicates, 'views'], `'${name}'`);
  draft.rewrite(
    'test/synth/aws/doctor.test.ts',
    /(expect\(copiedTables\(away\)\)\.toHaveLength\()(\d+)\)/,
    (_, before = '', count = '') => `${before}${Number(count) + 1})`,
  );
}

/** CDK's logical id of a table: https://docs.aws.amazon.com/cdk/v2/guide/identifiers.html#identifiers-logical-ids */
function toLogicalId(construct: string): string {
  const digest = createHash('md5').update(`${construct}/Table/Resource`).digest('hex').slice(0, 8).toUpperCase();
  return `${construct}Table${digest}`;
}
