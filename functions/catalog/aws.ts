import { onLambda } from '../adapters/aws/lambda/on-lambda.ts';
import { parseNames, replicas } from '../adapters/aws/other-regions.ts';
import { productReader } from '../adapters/aws/products.ts';
import { salesReader } from '../adapters/aws/views.ts';
import { readEnv, resource } from '../runtime/env.ts';
import { originEnv } from '../runtime/http.ts';
import { meter } from '../runtime/meter.ts';
import { systemClock } from '../runtime/system.ts';
import { cacheEnv, catalogApi } from './api.ts';
import { mergedSales } from './merged-sales.ts';

export { prewarm } from '../adapters/aws/lambda/prewarm.ts';

const env = readEnv({
  CATALOG_TABLE: resource,
  VIEWS_TABLE: resource,
  OTHER_VIEWS_TABLES: replicas,
  ...cacheEnv,
  ...originEnv,
});
const ports = {
  products: productReader(env.CATALOG_TABLE, { consistent: true }),
  sales: mergedSales([env.VIEWS_TABLE, ...parseNames(env.OTHER_VIEWS_TABLES)].map(salesReader)),
  clock: systemClock,
  meter,
};

export const handler = onLambda(catalogApi(ports, env, env.ORIGIN_SECRET));
