import type { Product } from '../domain/product.ts';
import type { ProductResource } from './http.ts';

/** The product as clients see it. */
export function productResourceOf(product: Product): ProductResource {
  const { sku, name, unitPrice, currency, version, changedAt } = product;
  return { sku, name, unitPrice, currency, version, changedAt };
}

/** A strong ETag: the version changes with every change of the resource. */
export function etagOf(product: Pick<Product, 'version'>): string {
  return `"${product.version}"`;
}
