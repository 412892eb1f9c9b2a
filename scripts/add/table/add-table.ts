import type { Route } from '../../../functions/contracts/routes.ts';
import { stages } from '../../../stacks/model/stages/stages.ts';
import type { Draft } from '../draft.ts';
import type { Kept } from '../kept.ts';
import { rateOf } from '../rates.ts';
import { addAlarms } from '../step/costs.ts';
import { addConformance } from './conformance.ts';
import { addModel } from './model.ts';
import { addProofs } from './proofs.ts';
import { addRoutes } from './routes.ts';
import { addStacks } from './stacks.ts';
import { addStore } from './store.ts';
import { type Owner, type Table, toTable } from './table.ts';
import { addTests } from './tests.ts';

/** A table with a row per product. Administrators write it, and customers read it if it belongs to the catalog. */
export function addTable(draft: Draft, name: string, owner: Owner, kept: Kept): void {
  const table = toTable(name, owner);
  addModel(draft, table);
  addStacks(draft, table, kept);
  addStore(draft, table, kept);
  addRoutes(draft, table);
  addConformance(draft, table, kept);
  const rates = throttlesOf(owner).map((throttle) => rateOf(stages.prod, throttle));
  addTests(
    draft,
    table,
    rates.reduce((sum, rate) => sum + rate, 0),
  );
  addProofs(draft, table, kept);
  // One alarm for throttled reads, and one for throttled writes.
  addAlarms(draft, 2);
  addDocuments(draft, table);
}

/** The throttles of its routes. */
export const throttlesOf = (owner: string): readonly Route['throttle'][] =>
  owner === 'catalog' ? ['read', 'admin'] : ['admin'];

function addDocuments(draft: Draft, { name, owner }: Table): void {
  const isRead = owner === 'catalog';
  const file = 'docs/architecture.md';
  const lines = [`    stock --> ${name}[(${name})]`, ...(isRead ? [`    catalog --> ${name}`] : [])];
  draft.line(file, { before: '    catalog --> products' }, lines.join('\n'));
  draft.line(
    file,
    { before: 'A route can be followed by its name and its service. For `cancelOrder`, of intake:' },
    `The table \`${name}\` is read and written through its port, \`functions/ports/${name}.ts\`. Its row
schema is \`${name}Row\` in \`functions/contracts/rows.ts\`; the body that administrators send is
\`put${toTable(name, owner).capital}Body\` in \`functions/contracts/http.ts\`.
`,
  );
  addRegions(draft, name, isRead);
  const methods = isRead ? '`GET` and `PUT' : '`PUT';
  draft.rewrite(
    'CHANGELOG.md',
    /^## \[Unreleased\]\n(?:### Added\n)?/,
    () => `## [Unreleased]\n### Added\n- The table \`${name}\`: ${methods} /products/{sku}/${name}\`.\n`,
  );
}

/** Updates the table of regions and their tables. */
function addRegions(draft: Draft, name: string, isRead: boolean): void {
  const file = 'docs/regions.md';
  draft.rewrite(file, /^(\| tables it creates \| [^|]*) \| ([^|]*) \|$/, (_, home = '', others = '') =>
    isRead ? `${home}, ${name} | ${others} |` : `${home}, ${name} | ${others}, ${name} |`,
  );
  if (isRead)
    draft.rewrite(
      file,
      /^(\| copies that the others put there \|.*), the catalog(.*) \|$/,
      (_, before = '', between = '') => `${before}, the catalog${between}, the ${name} |`,
    );
}
