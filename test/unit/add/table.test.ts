import { describe, expect, test } from 'vitest';
import { draftAddition } from '../../../scripts/add/add.ts';
import { findKept } from '../../../scripts/add/kept.ts';
import { addTable } from '../../../scripts/add/table/add-table.ts';
import { type Owner, owners } from '../../../scripts/add/table/table.ts';
import { partNames } from '../../../scripts/parts/parts.ts';
import { draft, draftAfter, draftWithout, keeps, root } from './drafts.ts';

const services = 'stacks/model/services.ts';

// A name that no document suggests: these tests also pass in a project that followed the documents' examples.
const draftTable = (owner: Owner) => draft((empty, kept) => addTable(empty, 'colours', owner, kept));

// A moved or changed line fails here, rather than when a user adds something.
describe.each(owners)('a table of %s', (service) => {
  const { files } = draftTable(service);

  test('has a shape, billing in each stage, and the permissions that its routes need', () => {
    expect(files.get('stacks/model/resources.ts')).toContain("'coordination', 'colours'");
    expect(files.get('stacks/model/table-shapes.ts')).toMatch(/^ {2}coordination: \{\}, colours: \{/m);
    expect(files.get('stacks/model/stages/stages.ts')?.match(/\bcolours: /g)).toHaveLength(2);
    expect(files.get(services)).toContain("env: 'COLOURS_TABLE', table: 'colours', actions: ['get', 'put'] }");
  });

  test.each([
    ['aws', 'cdk'],
    ['google', 'google'],
  ] as const)('has a store on %s, and its conformance there, if the project is kept there', (cloud, part) => {
    expect(files.has(`functions/adapters/${cloud}/colours.ts`)).toBe(keeps(`functions/adapters/${cloud}`));
    const backend = files.get(`test/clouds/conformance/${cloud}-backend.ts`) ?? '';
    expect(backend.includes('colours.coloursStore(')).toBe(findKept(root)[part]);
  });

  test('has a store on Azure, whose checker knows its rows', () => {
    expect(files.get('functions/adapters/single-partition/ports.ts')).toContain('colours: coloursStore(store)');
    expect(files.get('scripts/sale/check/partition-snapshot.ts')).toContain("'RIGHTS', 'COLOURS'");
  });

  test('has a line in the changelog, and raises the cost of the alarms', () => {
    expect(files.get('CHANGELOG.md')).toContain('- The table `colours`: ');
    expect(files.has('docs/deploying/aws.md')).toBe(true);
  });

  test.each(partNames)('touches nothing of %s in a project without it', (part) => {
    const { files, touched } = draftWithout(part, (draft, kept) => addTable(draft, 'colours', service, kept));
    expect(touched).toEqual([]);
    expect(files.size).toBeGreaterThan(25);
  });

  test('leaves room for another one', () => {
    const second = draftAfter(files, (draft, kept) => addTable(draft, 'sizes', service, kept));
    expect(second.files.get('stacks/model/resources.ts')).toContain("'coordination', 'sizes', 'colours'");
  });
});

test('customers read the table of the catalog, by a copy in other regions, and not that of stock', () => {
  const [read, own] = owners.map((service) => draftTable(service).files);
  expect(read?.get(services)).toContain("table: 'colours', actions: ['get'] }");
  expect(read?.get('functions/contracts/routes.ts')).toContain("name: 'getColours'");
  expect(read?.get('stacks/model/table-shapes.ts')).toContain("colours: { replicated: 'by the home region' }");
  expect(own?.get(services)).not.toContain("table: 'colours', actions: ['get'] }");
  expect(own?.get('functions/contracts/routes.ts')).not.toContain('getColours');
  expect([...(own?.keys() ?? [])].filter((path) => path.startsWith('functions/catalog/'))).toEqual([]);
});

test('uses each permission in the probes of the grants', (context) => {
  context.skip(!keeps('scripts/lab'), 'the project does not include scripts/lab');
  const { files } = draftTable('catalog');
  expect(files.get('scripts/lab/grants/api-probes.ts')?.match(/name: '\w+ the colours of a product'/g)).toEqual([
    "name: 'read the colours of a product'",
    "name: 'put the colours of a product'",
  ]);
});

test.each<[string, string[], object, string]>([
  ['a table without a service', ['table', 'colours'], {}, '--service is missing'],
  ['a table without a name', ['table'], { service: 'catalog' }, 'a table has one name'],
  [
    'an unknown service',
    ['table', 'colours'],
    { service: 'intake' },
    "--service is 'intake', must be catalog or stock",
  ],
  ['an option of something else', ['table', 'colours'], { service: 'stock', path: '/x' }, '--path is not an option'],
  ['capitals', ['table', 'Colours'], { service: 'stock' }, 'must be one word of the letters a to z, such as manuals'],
  ['too few letters', ['table', 'faq'], { service: 'stock' }, 'must have 4 to 16 letters, has 3'],
  ['a keyword', ['table', 'delete'], { service: 'stock' }, 'is a keyword of TypeScript'],
  ['a global name', ['table', 'fetch'], { service: 'stock' }, 'is a global name of JavaScript'],
  ['a table that exists', ['table', 'coordination'], { service: 'stock' }, "'coordination' is taken: "],
  ['a path below a product', ['table', 'stock'], { service: 'catalog' }, "'stock' is taken: "],
  ["a collection of Firestore's", ['table', 'holdings'], { service: 'stock' }, "'holdings' is taken: "],
  ['a word of the code', ['table', 'notes'], { service: 'stock' }, "'notes' is taken: "],
])('refuses %s', (_, words, options, message) => {
  expect(() => draftAddition(root, words, options)).toThrow(message);
});
