import type { Draft } from '../draft.ts';
import type { Kept } from '../kept.ts';
import * as sources from './store-sources.ts';
import type { TableIndex } from './table-index.ts';

/** The query in the port and in the store of each cloud. */
export function addStore(draft: Draft, index: TableIndex, kept: Kept): void {
  const { file, port, last, word, memory } = index;
  draft.after(`functions/ports/${file}.ts`, [port, last], sources.portMethod(index));
  const rows = 'functions/contracts/rows.ts';
  if (draft.find(rows, ['skuRow']) === undefined)
    draft.after(
      rows,
      [`${word}Row`],
      '/** A row of an index that holds keys only. */\nexport const skuRow = z.object({ sku: grammar.sku });',
    );
  addMethod(draft, index, 'memory', `{ ${memory}, turn }`, sources.memory(index));
  addMethod(draft, index, 'aws', 'table', sources.aws(index));
  addMethod(draft, index, 'single-partition', 'store', sources.singlePartition(index));
  addListing(draft, index);
  if (kept.google) addGoogle(draft, index);
}

function addMethod(draft: Draft, index: TableIndex, cloud: string, argument: string, source: string): void {
  const { file, store, last, method, id, module } = index;
  const adapter = `functions/adapters/${cloud}/${file}.ts`;
  draft.create(`functions/adapters/${cloud}/${module}.ts`, source);
  draft.after(adapter, [store, last], `\n${method}: ${id}(${argument})`);
  draft.import(adapter, [id], `./${module}.ts`);
}

/** Table Storage has no indexes: a row for each way to read. */
function addListing(draft: Draft, index: TableIndex): void {
  const { table, file, store, word, id, module, attribute } = index;
  const folder = 'functions/adapters/single-partition';
  const keys = `${folder}/keys.ts`;
  const kind = id.toUpperCase();
  draft.below(
    keys,
    [`${word}RowKey`],
    `/** Any text: Azure forbids some characters in keys, and long ones. */
export const ${id}Partition = (${attribute}: string) => key('${kind}', hash('sha256', ${attribute}));`,
  );
  draft.import(keys, ['hash'], 'node:crypto');
  draft.after('scripts/sale/check/partition-snapshot.ts', ['otherPartitions', 'RIGHTS'], `'${kind}'`);
  const adapter = `${folder}/${file}.ts`;
  const list = sources.listing(index);
  draft.import(adapter, [list], `./${module}.ts`);
  if (table === 'catalog') {
    draft.before(adapter, [store, listed], `await ${list}(store, product);`);
    draft.before(adapter, [store, replaced], `await ${list}(store, value);`);
  } else draft.below(adapter, [store, `=const row = ${word}RowKey;`], `await ${list}(store, value);`);
}

const listed = "=const listed = { kind: 'insert', row: product.sku, value: {} } as const;";
const replaced = "=const replace = { kind: 'replace', row: productRowKey, value, etag: product.etag } as const;";

function addGoogle(draft: Draft, index: TableIndex): void {
  const { table, id, attribute } = index;
  addMethod(draft, index, 'google', 'db', sources.google(index));
  draft.after(
    'functions/adapters/google/queries.ts',
    ['queries', 'products'],
    `${id}: { collection: '${table}', equal: ['${attribute}'], range: { field: 'sku', direction: 'asc' } }`,
  );
}
