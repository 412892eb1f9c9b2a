import type { PutProductBody } from '../contracts/http.ts';
import { ProblemError } from '../contracts/problem.ts';
import type { Product } from '../domain/product.ts';
import { shardCountFor } from '../domain/sharding.ts';
import type { ProductWriter } from '../ports/products.ts';
import type { Clock } from '../ports/runtime.ts';

/**
 * Creates a product, or changes the one with the expected version.
 *
 * @throws {ProblemError} PRODUCT_EXISTS without a version; VERSION_MISMATCH for another version or a missing product
 */
export async function putProduct(
  sku: string,
  body: PutProductBody,
  expectedVersion: number | undefined,
  ports: { products: ProductWriter; clock: Clock },
): Promise<{ created: boolean; product: Product }> {
  const { name, unitPrice, currency, peakOrdersPerSecond } = body;
  const details = { name, unitPrice, currency, changedAt: ports.clock.now() };
  if (expectedVersion !== undefined) {
    const product = await ports.products.change(sku, expectedVersion, details);
    if (!product) throw new ProblemError('VERSION_MISMATCH', `no product ${sku} has version ${expectedVersion}`);
    return { created: false, product };
  }
  const product = { ...details, sku, version: 1, shardCount: shardCountFor(peakOrdersPerSecond), supplied: 0 };
  if (!(await ports.products.create(product))) throw new ProblemError('PRODUCT_EXISTS');
  return { created: true, product };
}
