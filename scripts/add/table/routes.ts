import type { Draft } from '../draft.ts';
import { getStock } from '../route.ts';
import * as sources from './route-sources.ts';
import type { Table } from './table.ts';

/** Administrators write a row, and customers read it if the table belongs to the catalog. */
export function addRoutes(draft: Draft, table: Table): void {
  const { name, capital, owner } = table;
  addContract(draft, table);
  draft.create(`functions/stock/put-${name}.ts`, sources.putRow(table));
  addStock(draft, table);
  if (owner === 'catalog') {
    draft.create(`functions/catalog/read-${name}.ts`, sources.readRow(table));
    addCatalog(draft, table);
  }
  // Complete sets of handlers.
  const handlers = 'test/unit/runtime/http.test.ts';
  draft.everywhere(handlers, 'restock: ok', `restock: ok, put${capital}: ok`);
  if (owner === 'catalog') draft.everywhere(handlers, 'getStock: ok', `getStock: ok, get${capital}: ok`);
}

function addContract(draft: Draft, table: Table): void {
  const { name, capital, owner } = table;
  const path = `/products/{sku}/${name}`;
  draft.after('functions/contracts/routes.ts', ['routes', restock], sources.putRoute(table));
  if (owner === 'catalog') draft.after('functions/contracts/routes.ts', ['routes', getStock], sources.getRoute(table));
  draft.after(
    'functions/contracts/http.ts',
    ['StockResource'],
    `export const put${capital}Body = z.strictObject({
  text: z
    .string()
    .min(1)
    .max(500)
    // Lone surrogates, which no pattern of JSON Schema can name.
    .refine((text) => text.isWellFormed(), 'must be well-formed Unicode'),
});
export type Put${capital}Body = z.infer<typeof put${capital}Body>;

/** Response of ${owner === 'catalog' ? 'GET and PUT' : 'PUT'} ${path}. */
export const ${name}Resource = z.object({ sku: grammar.sku, text: z.string(), changedAt: grammar.timestamp });
export type ${capital}Resource = z.infer<typeof ${name}Resource>;`,
  );
  const operations = 'scripts/openapi/operations.ts';
  draft.after(
    operations,
    ['operations', 'restock'],
    `put${capital}: {
      body: http.put${capital}Body,
      answers: { 200: http.${name}Resource, 201: http.${name}Resource },
      problems: [...bodyProblems, 'NOT_FOUND', 'NOT_HOME_REGION'],
    }`,
  );
  if (owner === 'catalog')
    draft.after(
      operations,
      ['operations', 'getStock'],
      `get${capital}: { answers: { 200: http.${name}Resource }, problems: ['NOT_FOUND'] }`,
    );
}

const restock = `={
  name: 'restock',
  method: 'POST',
  path: '/products/{sku}/stock',
  service: 'stock',
  access: 'admin',
  throttle: 'admin',
  summary: 'Supplies units once per Idempotency-Key',
}`;

function addStock(draft: Draft, { name, capital }: Table): void {
  const api = 'functions/stock/api.ts';
  draft.after(api, ['StockApiPorts', 'products'], `readonly ${name}: ${capital}Store;`);
  draft.rewrite(
    api,
    /\{\s*products, stock, home,([^}]*)\.\.\.local\s*\}: StockApiPorts/,
    (_, others = '') => `{ products, stock, home,${others}${name}, ...local }: StockApiPorts`,
  );
  draft.after(
    api,
    ['stockApi', 'supply'],
    `\nconst put${capital} = answerPut${capital}({ ...ports, ${name}: failFast(${name}) }, refuseElsewhere);`,
  );
  draft.after(api, ['stockApi'], sources.putHandler(capital));
  draft.after(api, ['stockApi', 'restock'], `put${capital}`);
  draft.import(api, [`put${capital}Body`], '../contracts/http.ts');
  draft.import(api, [`type ${capital}Store`], `../ports/${name}.ts`);
  draft.import(api, [`type Store${capital}Ports`, `store${capital}`], `./put-${name}.ts`);
}

function addCatalog(draft: Draft, { name, capital }: Table): void {
  const api = 'functions/catalog/api.ts';
  draft.after(api, ['CatalogApiPorts', 'sales'], `readonly ${name}: ${capital}Store;`);
  draft.before(
    api,
    ['catalogApi', 'handlers'],
    `const get${capital} = answer${capital}({ products, ${name}: failFast(ports.${name}) }, productTimes);\n`,
  );
  draft.after(api, ['catalogApi', 'handlers', 'getStock'], `get${capital}`);
  draft.after(api, ['readTimes'], sources.getHandler(capital));
  draft.import(api, [`type ${capital}Store`], `../ports/${name}.ts`);
  draft.import(api, [`type Read${capital}Ports`, `read${capital}`], `./read-${name}.ts`);
}
