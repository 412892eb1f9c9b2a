import type { Allocation, ShardLevel } from '../domain/stock.ts';

export interface StockLevels {
  /** All shards as they stood at one instant; undefined when overlapping writes prevented the snapshot. */
  snapshot(sku: string, shardCount: number): Promise<readonly ShardLevel[] | undefined>;
}

export interface Supply {
  readonly sku: string;
  /** The client's idempotency key: one supply a key and product. */
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
  /** One transaction: the supply is recorded once, the shards gain their parts, the product's supplied units grow. */
  supply(supply: Supply, parts: Allocation): Promise<SupplyOutcome>;
}
