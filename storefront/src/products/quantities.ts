import type { ProductResource } from '../../../functions/contracts/http.ts';

const most = 10;

/** The quantities on offer, up to the product's limit per customer. */
export function toQuantities({ limitPerCustomer = most }: Pick<ProductResource, 'limitPerCustomer'>): number[] {
  return Array.from({ length: Math.min(most, limitPerCustomer) }, (_, index) => index + 1);
}

/** Empty for a product without a limit. */
export function describeLimit({ limitPerCustomer }: Pick<ProductResource, 'limitPerCustomer'>): string {
  return limitPerCustomer === undefined ? '' : `at most ${limitPerCustomer} per customer`;
}
