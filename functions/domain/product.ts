/** ISO 4217; all of these have 100 minor units. */
export const currencies = ['EUR', 'USD', 'GBP'] as const;
export type Currency = (typeof currencies)[number];

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
  /** ISO 8601 UTC of the last change. */
  readonly changedAt: string;
}
