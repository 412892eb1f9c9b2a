import type { PutProductBody } from '../contracts/http.ts';
import { ProblemError } from '../contracts/problem.ts';
import type { Product } from '../domain/product.ts';
import { shardCountFor } from '../domain/sharding.ts';
import type { ProductReader, ProductWriter } from '../ports/products.ts';
import { RetryLater } from '../ports/retry-later.ts';
import type { Clock } from '../ports/runtime.ts';

/** Without one, create or conflict. A list: change the product if it has one of these versions. */
export type Precondition = undefined | 'none exists' | 'any exists' | readonly number[];

export interface PutProductPorts {
  /** Must read consistently. */
  readonly products: Pick<ProductReader, 'find'> & ProductWriter;
  readonly clock: Clock;
}

type Put = { readonly created: boolean; readonly product: Product };

/** Between the read and the write, another administrator may change the product. */
const attempts = 3;

/**
 * Creates or changes a product. A repeat, by the client or by an SDK that missed the answer, finds its own change and
 * succeeds: https://www.rfc-editor.org/rfc/rfc9110#section-13.1.1
 *
 * @throws {ProblemError} PRODUCT_EXISTS without a precondition; VERSION_MISMATCH when the precondition does not hold;
 * CURRENCY_FIXED
 */
export async function putProduct(
  sku: string,
  body: PutProductBody,
  precondition: Precondition,
  ports: PutProductPorts,
): Promise<Put> {
  return precondition === undefined || precondition === 'none exists'
    ? createProduct(sku, body, precondition, ports)
    : changeProduct(sku, body, precondition, ports);
}

async function createProduct(
  sku: string,
  { name, unitPrice, currency, limitPerCustomer, peakOrdersPerSecond }: PutProductBody,
  precondition: undefined | 'none exists',
  { products, clock }: PutProductPorts,
): Promise<Put> {
  const details = { name, unitPrice, currency, shardCount: shardCountFor(peakOrdersPerSecond) };
  const limit = limitPerCustomer === undefined ? {} : { limitPerCustomer };
  const product = { ...details, ...limit, sku, version: 1, supplied: 0, changedAt: clock.now() };
  if (await products.create(product)) return { created: true, product };
  const stored = await products.find(sku);
  if (stored && holds(stored, { ...details, limitPerCustomer }))
    return { created: stored.changedAt === product.changedAt, product: stored };
  if (!precondition) throw new ProblemError('PRODUCT_EXISTS');
  throw new ProblemError('VERSION_MISMATCH', `the product ${sku} exists`);
}

async function changeProduct(
  sku: string,
  { name, unitPrice, currency, limitPerCustomer }: PutProductBody,
  precondition: 'any exists' | readonly number[],
  { products, clock }: PutProductPorts,
): Promise<Put> {
  const details = { name, unitPrice, currency, limitPerCustomer };
  for (let attempt = 0; attempt < attempts; attempt++) {
    const stored = await products.find(sku);
    const matches = stored && (precondition === 'any exists' || precondition.includes(stored.version));
    if (!matches) {
      if (stored && isEarlier(precondition, stored) && holds(stored, details))
        return { created: false, product: stored };
      throw new ProblemError(
        'VERSION_MISMATCH',
        `the product ${sku} ${stored ? `has version ${stored.version}` : 'does not exist'}`,
      );
    }
    // A product's revenue is one number, and orders keep the currency that they were accepted in.
    if (stored.currency !== currency)
      throw new ProblemError('CURRENCY_FIXED', `the product ${sku} is sold in ${stored.currency}, not ${currency}`);
    const product = await products.change(sku, stored.version, { ...details, changedAt: clock.now() });
    if (product) return { created: false, product };
  }
  throw new RetryLater(`product ${sku} changed during each of ${attempts} attempts to change it; retry`);
}

/** Whether the change may have been made already, by an attempt whose answer was lost. */
const isEarlier = (precondition: 'any exists' | readonly number[], stored: Product) =>
  precondition !== 'any exists' && precondition.some((version) => version < stored.version);

/** Whether the product has these values, even if others have changed it in between. */
const holds = (stored: Product, asked: Partial<Product>) =>
  Object.entries(asked).every(([name, value]) => stored[name as keyof Product] === value);
