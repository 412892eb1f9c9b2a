import type { Product } from '../domain/product.ts';

export interface ProductReader {
  find(sku: string): Promise<Product | undefined>;
  /** In no particular order; `next` is the sku that the following page begins after. */
  list(limit: number, after?: string): Promise<{ readonly products: readonly Product[]; readonly next?: string }>;
}

export type ProductDetails = Pick<Product, 'name' | 'unitPrice' | 'currency' | 'changedAt'>;

export interface ProductWriter {
  /** False when the sku is taken; nothing changed then. */
  create(product: Product): Promise<boolean>;
  /** The product after the change; undefined when it is missing or has another version. */
  change(sku: string, expectedVersion: number, details: ProductDetails): Promise<Product | undefined>;
}
