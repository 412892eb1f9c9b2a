import * as grammar from '../contracts/grammar.ts';
import { putProductBody, restockBody } from '../contracts/http.ts';
import { ProblemError } from '../contracts/problem.ts';
import { toEtag, toProductResource } from '../contracts/product-resource.ts';
import type { ProductReader, ProductWriter } from '../ports/products.ts';
import { failFast } from '../runtime/fail-fast.ts';
import { type HttpApi, type HttpApiOptions, httpApi, type RouteHandler } from '../runtime/http.ts';
import { parseIdempotencyKey } from '../runtime/idempotency-key.ts';
import { readBody, validate } from '../runtime/json-body.ts';
import { putProduct } from './put-product.ts';
import { type RestockPorts, restock } from './restock.ts';

export interface StockApiPorts extends RestockPorts {
  readonly products: ProductReader & ProductWriter;
}

/** Stock routes, independent of the cloud. */
export function stockApi({ products, stock, ...local }: StockApiPorts, apiOptions: HttpApiOptions): HttpApi {
  const ports = { ...local, products: failFast(products), stock: failFast(stock) };

  const put: RouteHandler = async ({ event, params }) => {
    const sku = validate(grammar.sku, params.sku);
    const body = readBody(event, putProductBody);
    const { created, product } = await putProduct(sku, body, parseIfMatch(event.headers['if-match']), ports);
    return { status: created ? 201 : 200, body: toProductResource(product), headers: { etag: toEtag(product) } };
  };

  const supply: RouteHandler = async ({ event, params }) => {
    const sku = validate(grammar.sku, params.sku);
    const key = parseIdempotencyKey(event);
    const { quantity } = readBody(event, restockBody);
    return { status: 200, body: await restock({ sku, key, quantity }, ports) };
  };

  return httpApi('stock', { putProduct: put, restock: supply }, apiOptions);
}

function parseIfMatch(ifMatch: string | undefined): number | undefined {
  if (ifMatch === undefined) return undefined;
  const version = /^"(\d{1,15})"$/.exec(ifMatch)?.[1];
  if (!version) throw new ProblemError('INVALID_REQUEST', 'If-Match must be one strong ETag, such as "3"');
  return Number(version);
}
