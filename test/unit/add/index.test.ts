import { describe, expect, test } from 'vitest';
import { draftAddition } from '../../../scripts/add/add.ts';
import type { Draft } from '../../../scripts/add/draft.ts';
import { addIndex } from '../../../scripts/add/index/add-index.ts';
import { findKept } from '../../../scripts/add/kept.ts';
import { addTable } from '../../../scripts/add/table/add-table.ts';
import { partNames } from '../../../scripts/parts/parts.ts';
import { tableShapes } from '../../../stacks/model/table-shapes.ts';
import { draft, draftAfter, draftWithout, keeps, root } from './drafts.ts';

const [services, shapes] = ['stacks/model/services.ts', 'stacks/model/table-shapes.ts'];

// The tests also run in a project that has followed the example of the documents.
const isFree = tableShapes.catalog.indexes === undefined;
const addColours = (attribute: string) => (added: Draft, kept: ReturnType<typeof findKept>) => {
  addTable(added, 'colours', 'stock', kept);
  addIndex(added, attribute, 'colours', kept);
};

const cases = [
  ...(isFree ? [['catalog', 'name', 'products', 'productWriter'] as const] : []),
  ['colours', 'text', 'colours', 'coloursStore'] as const,
];

// A line that has moved or changed shows here, and not when somebody adds something.
describe.each(cases)('an index of %s by %s', (table, attribute, file, store) => {
  const add = (added: Draft, kept: ReturnType<typeof findKept>) =>
    table === 'catalog' ? addIndex(added, attribute, table, kept) : addColours(attribute)(added, kept);
  const { files } = draft(add);
  const capital = attribute === 'name' ? 'Name' : 'Text';
  const id = `${table}By${capital}`;

  test('is in the shape of the table, which all stacks follow', () => {
    const row = `indexes: [{ name: ${id}Index, partitionKey: '${attribute}', sortKey: 'sku', holds: 'keys' }]`;
    expect(files.get(shapes)).toContain(row);
    expect(files.get('functions/contracts/table-keys.ts')).toContain(`export const ${id}Index = 'by${capital}';`);
  });

  test('may be queried by the service whose route needs it, and by no other', () => {
    const permission = `index: { name: ${id}Index, actions: ['query'] }`;
    expect(files.get(services)?.split(permission)).toHaveLength(2);
    const [, stock = ''] = files.get(services)?.split(/^ {2}stock: \{$/m) ?? [];
    expect(stock).toContain(permission);
    expect(files.get('functions/stock/api.ts')).toContain(`await findOthersOfC`);
  });

  test.each([
    ['aws', 'table'],
    ['google', 'db'],
    ['single-partition', 'store'],
  ])('is read by the store on %s, if the project is kept there', (cloud, argument) => {
    const adapter = files.get(`functions/adapters/${cloud}/${file}.ts`) ?? '';
    expect(adapter.includes(`listBy${capital}: ${id}(${argument})`)).toBe(keeps(`functions/adapters/${cloud}`));
    expect(adapter.includes(`export function ${store}`)).toBe(keeps(`functions/adapters/${cloud}`));
  });

  test('is a query of Firestore, from which the stack makes its composite index', () => {
    const query = `${id}: { collection: '${table}', equal: ['${attribute}'], range: { field: 'sku'`;
    const queries = files.get('functions/adapters/google/queries.ts') ?? '';
    expect(queries.includes(query)).toBe(findKept(root).google);
  });

  test('is a row of its own on Azure, written before the row that it lists, and known to the checker', () => {
    const source = files.get(`functions/adapters/single-partition/${file}.ts`) ?? '';
    const listing = `await listIn${id.charAt(0).toUpperCase()}${id.slice(1)}(store, `;
    expect(source.split(listing)).toHaveLength(table === 'catalog' ? 3 : 2);
    expect(files.get('scripts/sale/check/partition-snapshot.ts')).toContain(`'${id.toUpperCase()}'`);
  });

  test('needs no page that compares the clouds, which a project without one of them lacks', () => {
    const { files: left } = draft((added, kept) => add(added, { ...kept, azure: false }));
    expect([...left.keys()]).not.toContain('docs/clouds.md');
  });

  test('has a test on every backend, and a line in the changelog', () => {
    expect(files.get('test/clouds/conformance/conform.ts')).toContain(`queueTests, ${id}Tests`);
    expect(files.get('CHANGELOG.md')).toContain(`- An index of \`${table}\` by \`${attribute}\``);
  });

  test('is the only one of its table that the command adds', () => {
    const second = () => draftAfter(files, (added, kept) => addIndex(added, attribute, table, kept));
    expect(second).toThrow(`'${table}' has an index already`);
  });

  test.each(partNames)('touches nothing of %s in a project without it', (part) => {
    const { files: left, touched } = draftWithout(part, add);
    expect(touched).toEqual([]);
    expect(left.size).toBeGreaterThan(20);
  });
});

test.runIf(isFree)('takes the catalog off provisioned capacity, which Terraform cannot keep for an index', () => {
  const { files } = draft((added, kept) => addIndex(added, 'name', 'catalog', kept));
  expect(files.get('stacks/model/stages/stages.ts')).toContain('catalog: smallOnDemand');
});

test.each<[string, string[], string, string]>([
  ['orders, whose indexes have rows of their own', ['index', 'customer'], 'orders', 'table_refused'],
  ['a table of several kinds of rows', ['index', 'text'], 'coordination', 'table_refused'],
  ['an unknown table', ['index', 'text'], 'toString', 'table_refused'],
  ['an attribute that does not exist', ['index', 'brand'], 'catalog', 'name_refused'],
  ['a number', ['index', 'unitPrice'], 'catalog', 'name_refused'],
  ['a time, which nobody sends', ['index', 'changedAt'], 'catalog', 'name_refused'],
  ['two words', ['index', 'unit-price'], 'catalog', 'name_refused'],
  ['a keyword', ['index', 'delete'], 'catalog', 'name_refused'],
])('refuses %s', (_, words, table, code) => {
  const add = () => draftAddition(root, words, { table });
  if (table === 'catalog' && !isFree) expect(add).toThrow();
  else expect(add).toThrow(expect.objectContaining({ code }));
});

test('refuses an attribute whose values may be longer than a cloud can index', () => {
  const longer = (added: Draft, kept: ReturnType<typeof findKept>) => {
    addTable(added, 'colours', 'stock', kept);
    added.everywhere('functions/contracts/http.ts', '.max(500)', '.max(501)');
    addIndex(added, 'text', 'colours', kept);
  };
  expect(() => draft(longer)).toThrow("'text' of colours must be a text of 1 to at most 500 characters");
});
