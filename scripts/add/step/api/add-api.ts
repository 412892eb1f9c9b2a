import type { Draft } from '../../draft.ts';
import type { Kept } from '../../kept.ts';
import { addContract, addRouteTests, type NewRoute, requireRoute } from '../../route.ts';
import type { Spelling } from '../spelling.ts';
import { addAws } from './aws.ts';
import { addOtherClouds } from './clouds.ts';
import { addLists } from './lists.ts';
import { api, awsEntry, useCase } from './sources.ts';
import { deployedTest, unitTest } from './tests.ts';

/** Below a product: at the edge, the route behaves like the product itself. */
export const routeOf = ({ name, capital }: Spelling): NewRoute => ({
  name: `get${capital}`,
  path: `/products/{sku}/${name}`,
  service: name,
});

/** Adds the parts specific to a service with its own route. */
export function addApi(draft: Draft, step: Spelling, kept: Kept): void {
  const { name } = step;
  const route = routeOf(step);
  requireRoute(route);
  draft.after('functions/contracts/routes.ts', ['ApiService', 'intake'], `'${name}'`);
  addContract(draft, route);
  addRouteTests(draft, route);
  draft.create(`functions/${name}/read-${name}.ts`, useCase(step));
  draft.create(`functions/${name}/api.ts`, api(step));
  draft.create(`functions/${name}/aws.ts`, awsEntry(step));
  draft.create(`test/unit/${name}/api.test.ts`, unitTest(step));
  draft.create(`test/integration/${name}.test.ts`, deployedTest(step));
  addModel(draft, step);
  addLists(draft, step, kept);
  addAws(draft, step, kept);
  addOtherClouds(draft, step, kept);
  draft.rewrite(
    'docs/architecture.md',
    /^Catalog((?:, \w+)*) and stock serve the products;/,
    (_, others = '') => `Catalog${others}, ${name} and stock serve the products;`,
  );
}

/** Its cache times, its first call, and its path at the edge. */
function addModel(draft: Draft, { name }: Spelling): void {
  const environment = 'stacks/model/environments/service-environment.ts';
  draft.after(environment, ['ownEnvironments', 'catalog'], `${name}: cacheTimesEnvironment`);
  draft.import(environment, ['cacheTimesEnvironment'], './cache-environment.ts');
  draft.after(
    'stacks/build/code-cache/first-calls.ts',
    ['firstEvents', 'catalog'],
    `${name}: request('GET', '/products/lamp/${name}')`,
  );
  const edge = 'stacks/model/edge/edge-rows.ts';
  draft.before(
    edge,
    ['behaviorRows', productRow],
    `{ ...uncached, ...products, pattern: '/products/*/${name}', originId: origin.${name} }`,
  );
  draft.after(edge, ['ownOrigins', 'intake'], `${name}: '${name}'`);
  draft.after(edge, ['originIds', "=intake: 'api'"], `${name}: 'api'`);
  draft.rewrite(
    'docs/edge.md',
    /^\| `\/products\*` \|(.*)$/,
    (row = '', cells = '') => `| \`/products/*/${name}\` |${cells}\n${row}`,
  );
}

const productRow = "={ ...uncached, ...products, pattern: '/products*', originId: origin.catalog }";
