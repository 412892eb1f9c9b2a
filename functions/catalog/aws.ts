import { productReader } from '../adapters/aws/products.ts';
import { salesReader } from '../adapters/aws/views.ts';
import { pageQuery } from '../contracts/http.ts';
import { etagOf, productResourceOf } from '../contracts/product-resource.ts';
import { readEnv, resource } from '../runtime/env.ts';
import { httpApi, type RouteHandler } from '../runtime/http.ts';
import { validate } from '../runtime/json-body.ts';
import { systemClock } from '../runtime/system.ts';
import { estimateStock, findProduct, listProducts } from './read-products.ts';

const env = readEnv({ CATALOG_TABLE: resource, VIEWS_TABLE: resource });
const products = productReader(env.CATALOG_TABLE);
const sales = salesReader(env.VIEWS_TABLE);

const health: RouteHandler = async () => ({ status: 200, body: { status: 'ok' } });

const listPage: RouteHandler = async ({ query }) => ({
  status: 200,
  body: await listProducts(validate(pageQuery, query), products),
});

const getProduct: RouteHandler = async ({ event, params }) => {
  const product = await findProduct(params.sku ?? '', products);
  const headers = { etag: etagOf(product), 'cache-control': 'public, no-cache' };
  const held = event.headers['if-none-match']?.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (held?.includes(headers.etag) || held?.includes('*')) return { status: 304, headers };
  return { status: 200, body: productResourceOf(product), headers };
};

const getStock: RouteHandler = async ({ params }) => ({
  status: 200,
  body: await estimateStock(params.sku ?? '', { products, sales, clock: systemClock }),
});

async function nobody(): Promise<never> {
  throw new Error('every route of the catalog is public; the route table says so');
}

export const handler = httpApi(
  'catalog',
  { health, listProducts: listPage, getProduct, getStock },
  { authenticate: nobody },
);
