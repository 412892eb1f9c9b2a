/** ISO 4217; all of these have minor units of a hundredth. */
export const currencies = ['EUR', 'USD', 'GBP'] as const;
export type Currency = (typeof currencies)[number];

export interface Product {
  readonly sku: string;
  readonly name: string;
  /** Minor units (cents) of `currency`. */
  readonly unitPrice: number;
  readonly currency: Currency;
  /** 1 when created; each change adds 1. It is the ETag and what If-Match names. A restock does not change it. */
  readonly version: number;
  /** Stock shards; fixed at creation from the stated peak rate. */
  readonly shardCount: number;
  /** Units ever supplied. */
  readonly supplied: number;
  /** ISO 8601 UTC of the last change. */
  readonly changedAt: string;
}
