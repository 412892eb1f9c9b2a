import type { Table } from './table.ts';

export const getRoute = ({ name, capital }: Table): string => `{
    name: 'get${capital}',
    method: 'GET',
    path: '/products/{sku}/${name}',
    service: 'catalog',
    access: 'public',
    throttle: 'read',
    summary: 'Reads the ${name} of a product',
  }`;

export const putRoute = ({ name, capital }: Table): string => `{
    name: 'put${capital}',
    method: 'PUT',
    path: '/products/{sku}/${name}',
    service: 'stock',
    access: 'admin',
    throttle: 'admin',
    summary: 'Replaces the ${name} of a product',
  }`;

export const putHandler = (capital: string): string => `const answerPut${capital} =
  (ports: Store${capital}Ports, refuseElsewhere: () => void): RouteHandler =>
  async ({ event, params }) => {
    refuseElsewhere();
    const sku = validate(grammar.sku, params.sku);
    const { created, stored } = await store${capital}(sku, parseBody(event, put${capital}Body), ports);
    return { status: created ? 201 : 200, body: stored };
  };`;

export const putRow = ({
  name,
  capital,
}: Table): string => `import type { Put${capital}Body, ${capital}Resource } from '../contracts/http.ts';
import { ProblemError } from '../contracts/problem.ts';
import type { ProductReader } from '../ports/products.ts';
import type { ${capital}Store } from '../ports/${name}.ts';
import type { Clock } from '../ports/runtime.ts';

export interface Store${capital}Ports {
  readonly products: Pick<ProductReader, 'find'>;
  readonly ${name}: ${capital}Store;
  readonly clock: Clock;
}

/**
 * Stores the ${name} of a product; the last writer wins.
 *
 * @throws {ProblemError} NOT_FOUND
 */
export async function store${capital}(
  sku: string,
  { text }: Put${capital}Body,
  { products, ${name}, clock }: Store${capital}Ports,
): Promise<{ readonly created: boolean; readonly stored: ${capital}Resource }> {
  if (!(await products.find(sku))) throw new ProblemError('NOT_FOUND', 'no product has this sku');
  const before = await ${name}.find(sku);
  const stored = { sku, text, changedAt: clock.now() };
  await ${name}.put(stored);
  return { created: before === undefined, stored };
}
`;

export const getHandler = (capital: string): string => `const answer${capital} =
  (ports: Read${capital}Ports, times: CacheTimes): RouteHandler =>
  async ({ params }) => ({
    status: 200,
    body: await read${capital}(params.sku ?? '', ports),
    headers: { 'cache-control': buildCacheControl(times) },
  });`;

export const readRow = ({
  name,
  capital,
}: Table): string => `import type { ${capital}Resource } from '../contracts/http.ts';
import { ProblemError } from '../contracts/problem.ts';
import type { ProductReader } from '../ports/products.ts';
import type { ${capital}Store } from '../ports/${name}.ts';
import { findProduct } from './read-products.ts';

export interface Read${capital}Ports {
  readonly products: ProductReader;
  readonly ${name}: ${capital}Store;
}

/** @throws {ProblemError} NOT_FOUND for an unknown product, and for one without ${name} */
export async function read${capital}(sku: string, ports: Read${capital}Ports): Promise<${capital}Resource> {
  const product = await findProduct(sku, ports.products);
  const found = await ports.${name}.find(product.sku);
  if (!found) throw new ProblemError('NOT_FOUND', 'the product has no ${name}');
  return found;
}
`;
