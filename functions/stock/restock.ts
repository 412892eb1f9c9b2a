import type { RestockResource } from '../contracts/http.ts';
import { ProblemError } from '../contracts/problem.ts';
import { spread } from '../domain/stock.ts';
import type { ProductReader } from '../ports/products.ts';
import type { Clock, Meter, Pause } from '../ports/runtime.ts';
import type { StockSupply } from '../ports/stock.ts';
import { retryConflicts } from '../resilience/retry.ts';

export interface RestockPorts {
  readonly products: Pick<ProductReader, 'find'>;
  readonly stock: StockSupply;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly pause: Pause;
}

/**
 * Supplies units to a product, spread over its shards, once per key.
 *
 * @throws {ProblemError} NOT_FOUND, or IDEMPOTENCY_KEY_REUSED for a different quantity
 * @throws {RetryLater} when overlapping transactions prevented a decision
 */
export async function restock(
  request: { sku: string; key: string; quantity: number },
  ports: RestockPorts,
): Promise<RestockResource> {
  const { sku, key, quantity } = request;
  const product = await ports.products.find(sku);
  if (!product) throw new ProblemError('NOT_FOUND', `no product has the sku ${sku}`);

  const supply = { sku, key, quantity, at: ports.clock.now() };
  const outcome = await retryConflicts(async () => {
    const result = await ports.stock.supply(supply, spread(quantity, product.shardCount));
    return result.kind === 'conflict' ? 'conflict' : result;
  }, ports);
  const done = outcome.kind === 'repeated' ? outcome.first : supply;
  if (done.quantity !== quantity)
    throw new ProblemError(
      'IDEMPOTENCY_KEY_REUSED',
      `the key ${key} already supplied ${done.quantity} units, not ${quantity}; use a new key`,
    );
  if (outcome.kind === 'repeated') ports.meter.count('Duplicates');
  return { sku, quantity, at: done.at };
}
