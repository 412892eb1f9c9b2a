import * as grammar from '../contracts/grammar.ts';
import { putProductBody, restockBody } from '../contracts/http.ts';
import type { HttpEvent } from '../contracts/http-event.ts';
import { ProblemError } from '../contracts/problem.ts';
import { toEtag, toProductResource } from '../contracts/product-resource.ts';
import type { ProductReader, ProductWriter } from '../ports/products.ts';
import { failFast } from '../runtime/fail-fast.ts';
import type { HttpApi, HttpApiOptions, RouteHandler } from '../runtime/http.ts';
import { parseIdempotencyKey } from '../runtime/idempotency-key.ts';
import { parseBody, validate } from '../runtime/json-body.ts';
import { httpApi } from '../runtime/orders-http.ts';
import { type Precondition, putProduct } from './put-product.ts';
import { type RestockPorts, restock } from './restock.ts';

export interface StockApiPorts extends RestockPorts {
  readonly products: ProductReader & ProductWriter;
  /** The region that changes products, if it is not this one. */
  readonly home?: string;
}

/** Stock routes, independent of the cloud. */
export function stockApi({ products, stock, home, ...local }: StockApiPorts, apiOptions: HttpApiOptions): HttpApi {
  const ports = { ...local, products: failFast(products), stock: failFast(stock) };

  function refuseElsewhere(): void {
    if (home !== undefined)
      throw new ProblemError('NOT_HOME_REGION', `products and their supply are changed in ${home}`);
  }

  const put: RouteHandler = async ({ event, params }) => {
    refuseElsewhere();
    const sku = validate(grammar.sku, params.sku);
    // https://www.rfc-editor.org/rfc/rfc9110#section-14.5
    if (event.headers['content-range'] !== undefined)
      throw new ProblemError('INVALID_REQUEST', 'a product is changed as a whole; send it without Content-Range');
    const body = parseBody(event, putProductBody);
    const { created, product } = await putProduct(sku, body, parsePrecondition(event.headers), ports);
    return { status: created ? 201 : 200, body: toProductResource(product), headers: { etag: toEtag(product) } };
  };

  const supply: RouteHandler = async ({ event, params }) => {
    refuseElsewhere();
    const sku = validate(grammar.sku, params.sku);
    const key = parseIdempotencyKey(event);
    const { quantity } = parseBody(event, restockBody);
    return { status: 200, body: await restock({ sku, key, quantity }, ports) };
  };

  return httpApi('stock', { putProduct: put, restock: supply }, apiOptions);
}

/** https://www.rfc-editor.org/rfc/rfc9110#section-13.1 */
function parsePrecondition({ 'if-match': ifMatch, 'if-none-match': ifNoneMatch }: HttpEvent['headers']): Precondition {
  if (ifNoneMatch !== undefined && ifNoneMatch.trim() !== '*')
    throw new ProblemError('INVALID_REQUEST', 'If-None-Match must be *; to change a product, send If-Match');
  const match = ifMatch === undefined ? undefined : parseIfMatch(ifMatch);
  if (ifNoneMatch === undefined) return match;
  // Both together never hold: no version matches.
  return match === undefined ? 'none exists' : [];
}

// A list may have empty elements: https://www.rfc-editor.org/rfc/rfc9110#section-5.6.1.2
const tag = /(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g;
const tagList = new RegExp(`^[\\s,]*${tag.source}\\s*(?:,\\s*(?:${tag.source}\\s*)?)*$`);

function parseIfMatch(header: string): 'any exists' | readonly number[] {
  if (header.trim() === '*') return 'any exists';
  if (!tagList.test(header))
    throw new ProblemError('INVALID_REQUEST', 'If-Match must be * or a list of ETags, such as "3"');
  // Compared strongly: a weak tag matches nothing.
  return (header.match(tag) ?? []).flatMap((one) => /^"(\d{1,15})"$/.exec(one)?.[1] ?? []).map(Number);
}
