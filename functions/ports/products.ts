import type { Product, ProductDetails } from '../domain/product.ts';

export interface ProductReader {
  find(sku: string): Promise<Product | undefined>;
  /** In no particular order; the next page begins after the sku `next`. */
  list(limit: number, after?: string): Promise<{ readonly products: readonly Product[]; readonly next?: string }>;
}

export interface ProductWriter {
  /** False, changing nothing, when the sku is taken. */
  create(product: Product): Promise<boolean>;
  /** The changed product; undefined when it is missing or has a different version. */
  change(sku: string, expectedVersion: number, details: ProductDetails): Promise<Product | undefined>;
}
