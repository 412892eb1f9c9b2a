import { productReader, productWriter } from '../adapters/aws/products.ts';
import { stockSupply } from '../adapters/aws/stock.ts';
import * as grammar from '../contracts/grammar.ts';
import { putProductBody, restockBody } from '../contracts/http.ts';
import { Refusal } from '../contracts/problem.ts';
import { etagOf, productResourceOf } from '../contracts/product-resource.ts';
import { readEnv, resource } from '../runtime/env.ts';
import { httpApi, originEnv, type RouteHandler } from '../runtime/http.ts';
import { idempotencyKeyOf } from '../runtime/idempotency-key.ts';
import { authenticator, identityEnv } from '../runtime/identity.ts';
import { readBody, validate } from '../runtime/json-body.ts';
import { meter } from '../runtime/meter.ts';
import { jitteredPause, systemClock } from '../runtime/system.ts';
import { putProduct } from './put-product.ts';
import { restock } from './restock.ts';

const env = readEnv({ CATALOG_TABLE: resource, STOCK_TABLE: resource, ...identityEnv, ...originEnv });
const ports = {
  products: { ...productReader(env.CATALOG_TABLE, { consistent: true }), ...productWriter(env.CATALOG_TABLE) },
  stock: stockSupply({ stock: env.STOCK_TABLE, catalog: env.CATALOG_TABLE }),
  clock: systemClock,
  meter,
  pause: jitteredPause,
};

const put: RouteHandler = async ({ event, params }) => {
  const sku = validate(grammar.sku, params.sku);
  const body = readBody(event, putProductBody);
  const { created, product } = await putProduct(sku, body, versionOf(event.headers['if-match']), ports);
  return { status: created ? 201 : 200, body: productResourceOf(product), headers: { etag: etagOf(product) } };
};

const supply: RouteHandler = async ({ event, params }) => {
  const sku = validate(grammar.sku, params.sku);
  const key = idempotencyKeyOf(event);
  const { quantity } = readBody(event, restockBody);
  return { status: 200, body: await restock({ sku, key, quantity }, ports) };
};

function versionOf(ifMatch: string | undefined): number | undefined {
  if (ifMatch === undefined) return undefined;
  const version = /^"(\d{1,15})"$/.exec(ifMatch)?.[1];
  if (!version) throw new Refusal('INVALID_REQUEST', 'If-Match takes one strong ETag, as "3"');
  return Number(version);
}

export const handler = httpApi(
  'stock',
  { putProduct: put, restock: supply },
  {
    authenticate: authenticator(env),
    originSecret: env.ORIGIN_SECRET,
  },
);
