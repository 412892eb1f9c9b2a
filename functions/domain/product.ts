/** ISO 4217; all of these have 100 minor units. */
export const currencies = ['EUR', 'USD', 'GBP'] as const;
export type Currency = (typeof currencies)[number];

/** The fields that a change of a product replaces. A limit that is left out is removed. */
export type ProductDetails = Pick<Product, 'name' | 'unitPrice' | 'currency' | 'limitPerCustomer' | 'changedAt'>;

export interface Product {
  readonly sku: string;
  readonly name: string;
  /** Minor units (cents) of `currency`. */
  readonly unitPrice: number;
  readonly currency: Currency;
  /** 1 when created; each change adds 1, a restock does not. Serves as the ETag. */
  readonly version: number;
  /** Stock shards, fixed at creation from the expected peak rate. */
  readonly shardCount: number;
  /** Total units ever supplied. */
  readonly supplied: number;
  /** Units that one customer may hold, in all orders accepted under this limit. Undefined: no limit. */
  readonly limitPerCustomer?: number | undefined;
  /** ISO 8601 UTC of the last change. */
  readonly changedAt: string;
}

/** The next version of the product. */
export function changeDetails(
  { limitPerCustomer: _, ...product }: Product,
  { limitPerCustomer, ...details }: ProductDetails,
): Product {
  const limit = limitPerCustomer === undefined ? {} : { limitPerCustomer };
  return { ...product, ...details, ...limit, version: product.version + 1 };
}
