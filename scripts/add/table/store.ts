import type { Draft } from '../draft.ts';
import type { Kept } from '../kept.ts';
import * as sources from './store-sources.ts';
import type { Table } from './table.ts';

/** The port of the table, its row, and an adapter per cloud. */
export function addStore(draft: Draft, table: Table, kept: Kept): void {
  const { name } = table;
  draft.create(`functions/ports/${name}.ts`, sources.port(table));
  draft.after(
    'functions/contracts/rows.ts',
    ['noteRow'],
    `/** The ${name} of a product. */
export const ${name}Row = z.object({ sku: grammar.sku, text: z.string(), changedAt: grammar.timestamp });`,
  );
  addMemory(draft, table);
  addSinglePartition(draft, table);
  addAws(draft, table);
  if (kept.google) addGoogle(draft, table);
  if (kept.simulation) addSimulation(draft, table);
}

/** Adds the store to the platforms of the simulation that list their ports. */
function addSimulation(draft: Draft, { name, capital }: Table): void {
  const platform = 'scripts/lab/simulation/platform.ts';
  draft.after(platform, ['Ports', 'sales'], `readonly ${name}: ${capital}Store;`);
  draft.import(platform, [`type ${capital}Store`], `../../../functions/ports/${name}.ts`);
  const tables = 'scripts/lab/simulation/dynamodb/platform.ts';
  draft.after(tables, ['openPorts', 'sales'], `${name}: ${name}Store('${name}')`);
  draft.import(tables, [`${name}Store`], `../../../../functions/adapters/aws/${name}.ts`);
  const documents = 'scripts/lab/simulation/firestore/platform.ts';
  draft.below(
    documents,
    ['views'],
    `const { ${name}Store } = (await load('${name}')) as { ${name}Store: Of<'${name}'> };`,
  );
  draft.after(documents, ['firestorePlatform', 'ports', 'sales'], `${name}: ${name}Store(db)`);
}

function addMemory(draft: Draft, table: Table): void {
  const { name, capital } = table;
  const state = 'functions/adapters/memory/state.ts';
  draft.create(`functions/adapters/memory/${name}.ts`, sources.memory(table));
  draft.after(state, ['MemoryState', 'products'], `readonly ${name}: Map<string, ${capital}>;`);
  draft.after(state, ['memoryState', 'products'], `${name}: new Map()`);
  draft.import(state, [`type ${capital}`], `../../ports/${name}.ts`);
  const system = 'test/support/memory-system.ts';
  draft.after(system, ['memorySystem', '=sales: salesReader(state)'], `${name}: ${name}Store(state)`);
  draft.import(system, [`${name}Store`], `../../functions/adapters/memory/${name}.ts`);
  const rows = 'test/support/unreadable-row.ts';
  draft.rewrite(
    rows,
    /const all = \{\s*\.\.\.ports,([^}]*?),?\s*\};/,
    (_, others = '') => `const all = { ...ports,${others}, ${name}: ${name}Store(memoryState()) };`,
  );
  draft.import(rows, [`${name}Store`], `../../functions/adapters/memory/${name}.ts`);
  draft.import(rows, ['memoryState'], '../../functions/adapters/memory/state.ts');
}

function addSinglePartition(draft: Draft, table: Table): void {
  const { name, upper } = table;
  const folder = 'functions/adapters/single-partition';
  draft.create(`${folder}/${name}.ts`, sources.singlePartition(table));
  draft.below(
    `${folder}/keys.ts`,
    ['catalogPartition'],
    `export const ${name}Partition = (sku: string) => key('${upper}', sku);`,
  );
  draft.below(`${folder}/keys.ts`, ['productRowKey'], `export const ${name}RowKey = '${upper}';`);
  draft.after(`${folder}/ports.ts`, ['partitionPorts', 'sales'], `${name}: ${name}Store(store)`);
  draft.import(`${folder}/ports.ts`, [`${name}Store`], `./${name}.ts`);
  draft.after('scripts/sale/check/partition-snapshot.ts', ['otherPartitions', 'RIGHTS'], `'${upper}'`);
}

function addAws(draft: Draft, table: Table): void {
  const { name, upper, owner } = table;
  draft.create(`functions/adapters/aws/${name}.ts`, sources.aws(table));
  draft.below(
    'functions/adapters/aws/keys.ts',
    ['productKeySku'],
    `export const ${name}Key = (sku: string) => ({ pk: \`${upper}#\${sku}\` });`,
  );
  for (const [service, after] of entries(owner)) {
    const entry = `functions/${service}/aws.ts`;
    draft.after(entry, ['env', after.variable], `${upper}_TABLE: resource`);
    draft.after(entry, ['ports', after.port], `${name}: ${name}Store(env.${upper}_TABLE)`);
    draft.import(entry, [`${name}Store`], `../adapters/aws/${name}.ts`);
  }
}

const stock = ['stock', { variable: 'STOCK_TABLE', port: 'stock' }] as const;
const catalog = ['catalog', { variable: 'VIEWS_TABLE', port: 'sales' }] as const;
const entries = (owner: Table['owner']) => (owner === 'catalog' ? [catalog, stock] : [stock]);

function addGoogle(draft: Draft, table: Table): void {
  const { name, owner } = table;
  draft.create(`functions/adapters/google/${name}.ts`, sources.google(table));
  draft.below(
    'functions/adapters/google/keys.ts',
    ['productPath'],
    `export const ${name}Path = (sku: string) => \`${name}/\${sku}\`;`,
  );
  for (const [service, { port }] of entries(owner)) {
    const entry = `functions/${service}/google.ts`;
    draft.after(entry, ['ports', port], `${name}: ${name}Store(db)`);
    draft.import(entry, [`${name}Store`], `../adapters/google/${name}.ts`);
  }
}
