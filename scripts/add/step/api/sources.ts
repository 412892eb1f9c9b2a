import type { Spelling } from '../spelling.ts';

export const useCase = ({ capital }: Spelling): string => `import * as grammar from '../contracts/grammar.ts';
import type { ${capital}Resource } from '../contracts/http.ts';
import { ProblemError } from '../contracts/problem.ts';
import { isRehearsal } from '../domain/rehearsal.ts';
import type { ProductReader } from '../ports/products.ts';

/** @throws {ProblemError} NOT_FOUND */
export async function read${capital}(sku: string, products: Pick<ProductReader, 'find'>): Promise<${capital}Resource> {
  const product = grammar.sku.safeParse(sku).success ? await products.find(sku) : undefined;
  if (!product || isRehearsal(product)) throw new ProblemError('NOT_FOUND', 'no product has this sku');
  return { sku: product.sku };
}
`;

export const api = ({
  name,
  capital,
}: Spelling): string => `import { buildCacheControl } from '../contracts/cache-control.ts';
import type { ProductReader } from '../ports/products.ts';
import { type CacheTimesSettings, toCacheTimes } from '../runtime/cache-times.ts';
import { failFast } from '../runtime/fail-fast.ts';
import type { HttpApi, RouteHandler } from '../runtime/http.ts';
import { httpApi } from '../runtime/orders-http.ts';
import { read${capital} } from './read-${name}.ts';

export interface ${capital}ApiPorts {
  readonly products: Pick<ProductReader, 'find'>;
}

/** Routes of ${name}, independent of the cloud. */
export function ${name}Api(
  ports: ${capital}ApiPorts,
  env: CacheTimesSettings,
  originSecret: string | undefined,
): HttpApi {
  const products = failFast(ports.products);

  const get${capital}: RouteHandler = async ({ params }) => ({
    status: 200,
    body: await read${capital}(params.sku ?? '', products),
    headers: { 'cache-control': buildCacheControl(toCacheTimes(env)) },
  });

  return httpApi('${name}', { get${capital} }, { authenticate: neverAuthenticate, originSecret });
}

async function neverAuthenticate(): Promise<never> {
  throw new Error('all routes of ${name} are public; check their access in the route table');
}
`;

export const awsEntry = ({ name }: Spelling): string => `import { onLambda } from '../adapters/aws/lambda/on-lambda.ts';
import { productReader } from '../adapters/aws/products.ts';
import { cacheTimesEnv } from '../runtime/cache-times.ts';
import { readEnv, resource } from '../runtime/env.ts';
import { originEnv } from '../runtime/http.ts';
import { ${name}Api } from './api.ts';

export { prewarm } from '../adapters/aws/lambda/prewarm.ts';

const env = readEnv({ CATALOG_TABLE: resource, ...cacheTimesEnv, ...originEnv });
const ports = { products: productReader(env.CATALOG_TABLE) };

export const handler = onLambda(${name}Api(ports, env, env.ORIGIN_SECRET));
`;

export const azureEntry = ({ name }: Spelling): string => `import { serveRoutes } from '../adapters/azure/app.ts';
import { openStorage, storageEnv } from '../adapters/azure/storage.ts';
import { tableStore } from '../adapters/azure/table-store.ts';
import { partitionPorts } from '../adapters/single-partition/ports.ts';
import { cacheTimesEnv } from '../runtime/cache-times.ts';
import { readEnv } from '../runtime/env.ts';
import { originEnv } from '../runtime/http.ts';
import { observed } from '../runtime/observe.ts';
import { ${name}Api } from './api.ts';

const env = readEnv({ ...storageEnv, ...cacheTimesEnv, ...originEnv });
const { products } = partitionPorts(tableStore(openStorage(env).table));

serveRoutes('${name}', observed(${name}Api({ products }, env, env.ORIGIN_SECRET)));
`;

export const googleEntry = ({
  name,
}: Spelling): string => `import { firestore } from '../adapters/google/firestore-client.ts';
import { serveApi } from '../adapters/google/functions.ts';
import { productReader } from '../adapters/google/products.ts';
import { cacheTimesEnv } from '../runtime/cache-times.ts';
import { readEnv, resource } from '../runtime/env.ts';
import { originEnv } from '../runtime/http.ts';
import { observed } from '../runtime/observe.ts';
import { ${name}Api } from './api.ts';

const env = readEnv({ FIRESTORE_DATABASE: resource, ...cacheTimesEnv, ...originEnv });
const ports = { products: productReader(firestore(env.FIRESTORE_DATABASE)) };

serveApi('${name}', observed(${name}Api(ports, env, env.ORIGIN_SECRET)));
`;
