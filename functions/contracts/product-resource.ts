import type { Product } from '../domain/product.ts';
import type { ProductResource } from './http.ts';

/** The product as clients see it. */
export function toProductResource(product: Product): ProductResource {
  const { sku, name, unitPrice, currency, limitPerCustomer, version, changedAt } = product;
  const limit = limitPerCustomer === undefined ? {} : { limitPerCustomer };
  return { sku, name, unitPrice, currency, ...limit, version, changedAt };
}

/** A strong ETag: every change of the resource changes the version. */
export function toEtag(product: Pick<Product, 'version'>): string {
  return `"${product.version}"`;
}
