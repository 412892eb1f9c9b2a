import { routes } from '../../functions/contracts/routes.ts';
import { stages } from '../../stacks/model/stages/stages.ts';
import { UsageError } from '../cli/cli.ts';
import { capitalize } from './capitalize.ts';
import type { Draft } from './draft.ts';
import type { Kept } from './kept.ts';
import { rateOf } from './rates.ts';
import { isIdentifier } from './syntax.ts';

export interface NewRoute {
  /** The name of its operation, such as `getReviews`. */
  readonly name: string;
  /** Below a product: at the edge, the route behaves like the product itself. */
  readonly path: string;
  readonly service: string;
}

/** A catalog route that reads something about a product. API, gateways and edge follow from the route table. */
export function addRoute(draft: Draft, given: Omit<NewRoute, 'service'>, kept: Kept): void {
  const route = { ...given, service: 'catalog' };
  requireRoute(route);
  const { name, path } = route;
  const word = wordOf(route);
  const { capital } = addContract(draft, route);
  draft.after(
    'functions/catalog/read-products.ts',
    ['estimateStock'],
    `/** @throws {ProblemError} NOT_FOUND */
export async function ${name}(sku: string, products: ProductReader): Promise<${capital}> {
  const product = await findProduct(sku, products);
  return { sku: product.sku };
}`,
  );
  draft.import('functions/catalog/read-products.ts', [`type ${capital}`], '../contracts/http.ts');
  addHandler(draft, name, word);
  addRouteTests(draft, route);
  addCatalogTests(draft, route);
  if (kept.lab) draft.after('scripts/lab/bench/middleware.ts', ['handlers', 'getStock'], `${name}: answer`);
  draft.rewrite(
    'CHANGELOG.md',
    /^## \[Unreleased\]\n(?:### Added\n)?/,
    () => `## [Unreleased]\n### Added\n- \`GET ${path}\`.\n`,
  );
}

/** @throws when its name or path is taken or invalid */
export function requireRoute({ name, path }: NewRoute): void {
  const refuse = (message: string, hint: string) => new UsageError('name_refused', message, hint);
  if (!/^get[A-Z][a-zA-Z]*$/.test(name) || !isIdentifier(name))
    throw refuse(`'${name}' must be 'get' and a word with a capital`, 'For example: getReviews');
  if (!/^\/products\/\{sku\}\/[a-z]+$/.test(path))
    throw new UsageError(
      'usage',
      `--path is '${path}', must be /products/{sku}/ and one word of small letters`,
      "For example: --path '/products/{sku}/reviews'. Other routes: see docs/adding.md.",
    );
  const taken = routes.find((route) => route.name === name || route.path === path);
  if (taken)
    throw new UsageError(
      'name_taken',
      `'${taken.name}' is ${taken.method} ${taken.path} already`,
      'Choose another name.',
    );
}

/** The last word of its path. */
const wordOf = ({ path }: NewRoute): string => path.split('/').at(-1) ?? '';

interface Names {
  readonly resource: string;
  readonly capital: string;
}

/** Its row, its answer and its operation. @returns the names of the answer's schema and type */
export function addContract(draft: Draft, route: NewRoute): Names {
  const { name, path, service } = route;
  const resource = `${wordOf(route)}Resource`;
  const capital = capitalize(resource);
  draft.after(
    'functions/contracts/routes.ts',
    ['routes', getStock],
    `{
    name: '${name}',
    method: 'GET',
    path: '${path}',
    service: '${service}',
    access: 'public',
    throttle: 'read',
    summary: 'Reads the ${wordOf(route)} of a product',
  }`,
  );
  draft.after(
    'functions/contracts/http.ts',
    ['StockResource'],
    `/** Response of GET ${path}. */
export const ${resource} = z.object({ sku: grammar.sku });
export type ${capital} = z.infer<typeof ${resource}>;`,
  );
  draft.after(
    'scripts/openapi/operations.ts',
    ['operations', 'getStock'],
    `${name}: { answers: { 200: http.${resource} }, problems: ['NOT_FOUND'] }`,
  );
  return { resource, capital };
}

/** The source of the row that new routes follow. */
export const getStock = `={
  name: 'getStock',
  method: 'GET',
  path: '/products/{sku}/stock',
  service: 'catalog',
  access: 'public',
  throttle: 'read',
  summary: 'Estimates the remaining stock from the views',
}`;

function addHandler(draft: Draft, name: string, word: string): void {
  const api = 'functions/catalog/api.ts';
  const handler = `read${capitalize(word)}`;
  draft.before(
    api,
    ['catalogApi', 'handlers'],
    `const ${handler}: RouteHandler = async ({ params }) => ({
      status: 200,
      body: await ${name}(params.sku ?? '', products),
      headers: { 'cache-control': buildCacheControl(productTimes) },
    });\n`,
  );
  draft.after(api, ['catalogApi', 'handlers', 'getStock'], `${name}: ${handler}`);
  draft.import(api, [name], './read-products.ts');
}

const toLamp = ({ path }: NewRoute): string => path.replace('{sku}', 'lamp');

/** The account's rate, and a call that the contract's recording plays. */
export function addRouteTests(draft: Draft, route: NewRoute): void {
  const lamp = toLamp(route);
  draft.rewrite(
    'test/synth/check-stage.test.ts',
    /(of all routes together: .*, got )(\d+)/,
    (_, before = '', rate = '') => `${before}${Number(rate) + rateOf(stages.prod, 'read')}`,
  );
  // At the end: an earlier call would shift the times of all others, which the last release recorded.
  draft.below(
    'scripts/contracts/scenario.ts',
    ['playSale', '=await sweep(sale);'],
    `await sale.play('read ${lamp}', '${route.service}', requestEvent({ rawPath: '${lamp}' }));`,
  );
}

function addCatalogTests(draft: Draft, route: NewRoute): void {
  const [{ name }, word] = [route, wordOf(route)];
  // Complete sets of handlers.
  draft.everywhere('test/unit/runtime/http.test.ts', 'getStock: ok', `getStock: ok, ${name}: ok`);
  draft.after(
    'test/support/api-calls.ts',
    ['catalog', "=['GET', '/products/lamp/stock']"],
    `['GET', '${toLamp(route)}']`,
  );
  draft.create(`test/unit/catalog/${word}.test.ts`, behaviour(name, word));
}

const behaviour = (name: string, word: string): string => `import { expect, test } from 'vitest';
import { ${name} } from '../../../functions/catalog/read-products.ts';
import { offer } from '../../support/actions.ts';
import { memorySystem } from '../../support/memory-system.ts';

test('reads the ${word} of a product, and finds none of an unknown one', async () => {
  const system = memorySystem();
  await offer(system, 1);
  expect(await ${name}('lamp', system.ports.products)).toEqual({ sku: 'lamp' });
  await expect(${name}('unknown', system.ports.products)).rejects.toThrow('no product has this sku');
});
`;
