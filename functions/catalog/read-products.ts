import { decodeCursor, encodeCursor } from '../contracts/cursor.ts';
import * as grammar from '../contracts/grammar.ts';
import type { ProductResource, StockResource } from '../contracts/http.ts';
import { ProblemError } from '../contracts/problem.ts';
import { toProductResource } from '../contracts/product-resource.ts';
import type { Product } from '../domain/product.ts';
import { isRehearsal } from '../domain/rehearsal.ts';
import type { ProductReader } from '../ports/products.ts';
import type { Clock } from '../ports/runtime.ts';
import type { SalesReader } from '../ports/views.ts';

/** @throws {ProblemError} NOT_FOUND */
export async function findProduct(sku: string, products: ProductReader): Promise<Product> {
  const product = grammar.sku.safeParse(sku).success ? await products.find(sku) : undefined;
  if (!product || isRehearsal(product)) throw new ProblemError('NOT_FOUND', 'no product has this sku');
  return product;
}

/** @throws {ProblemError} INVALID_CURSOR */
export async function listProducts(
  page: { limit: number; cursor?: string | undefined },
  products: ProductReader,
): Promise<{ items: ProductResource[]; next?: string }> {
  const after = page.cursor === undefined ? undefined : decodeCursor(page.cursor, [grammar.sku])[0];
  const found = await products.list(page.limit, after);
  const visible = found.products.filter((product) => !isRehearsal(product));
  return { items: visible.map(toProductResource), ...(found.next && { next: encodeCursor([found.next]) }) };
}

/** Remaining stock by the views: an estimate that lags the orders by the stream's delay. */
export async function estimateStock(
  sku: string,
  ports: { products: ProductReader; sales: SalesReader; clock: Clock },
): Promise<StockResource> {
  const asOf = ports.clock.now();
  const reads = [findProduct(sku, ports.products), ports.sales.toSales(sku)] as const;
  // Both reads end before the answer, even when one has failed: Lambda freezes an environment that has answered, and a
  // frozen read counts as failed. After an outage, each read's trial would then end the other's, and no request would
  // succeed again.
  await Promise.allSettled(reads);
  const [product, sales] = await Promise.all(reads);
  const reserved = sales.reservedUnits;
  return { sku, supplied: product.supplied, reserved, left: Math.max(0, product.supplied - reserved), asOf };
}
