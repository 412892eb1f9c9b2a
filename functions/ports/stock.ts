import type { Allocation, ShardLevel } from '../domain/stock.ts';

export interface StockLevels {
  /** All shards at one instant; undefined when overlapping writes prevented the snapshot. */
  snapshot(sku: string, shardCount: number): Promise<readonly ShardLevel[] | undefined>;
}

export interface Supply {
  readonly sku: string;
  /** The client's idempotency key: one supply per key and product. */
  readonly key: string;
  readonly quantity: number;
  /** ISO 8601 UTC. */
  readonly at: string;
}

export type SupplyOutcome =
  | { readonly kind: 'supplied' }
  | { readonly kind: 'repeated'; readonly first: Supply }
  | { readonly kind: 'conflict' };

export interface StockSupply {
  /** Records the supply once, adds `parts` to the shards and increases the product's `supplied`, in one transaction. */
  supply(supply: Supply, parts: Allocation): Promise<SupplyOutcome>;
}
