import { hash } from 'node:crypto';

/** A DynamoDB transaction holds at most 100 items, and a split order may take from every shard. */
export const maxShards = 64;

/**
 * Planned orders per second on one stock shard. A DynamoDB partition writes 1,000 units/s and a transactional write
 * of a small item costs 2, so 500 is the ceiling. Overlapping transactions on one item conflict long before that,
 * hence a fifth of it.
 */
export const ordersPerSecondPerShard = 100;

/** Shards that a product needs for a peak rate in orders per second. */
export function shardCountFor(peakOrdersPerSecond: number): number {
  const wanted = Math.ceil(peakOrdersPerSecond / ordersPerSecondPerShard);
  return Math.min(maxShards, Math.max(1, wanted));
}

/**
 * Ranks all shards for a key, best first, by rendezvous (highest random weight) hashing. Each key has its own ranking;
 * adding a shard moves at most 1/n of the keys.
 */
export function rankShards(key: string, shardCount: number): readonly number[] {
  if (shardCount === 1) return [0];
  const weights = [...Array(shardCount).keys()].map((shard) => ({ shard, weight: weigh(key, shard) }));
  weights.sort((a, b) => b.weight - a.weight || a.shard - b.shard);
  return weights.map(({ shard }) => shard);
}

interface Placed {
  readonly orderId: string;
  readonly customer: string;
  readonly shardCount: number;
  readonly limitPerCustomer?: number | undefined;
}

/**
 * Ranks the shards for an order. Under a limit per customer, all orders of a customer prefer one shard: a store without
 * transactions across shards counts the customer's units there.
 */
export function rankShardsFor({ orderId, customer, shardCount, limitPerCustomer }: Placed): readonly number[] {
  return rankShards(limitPerCustomer === undefined ? orderId : customer, shardCount);
}

// 48 bits are exact in a double; a tie is 1 in 2.8e14. SHA-1 for its distribution, not for secrecy.
function weigh(key: string, shard: number): number {
  return Number.parseInt(hash('sha1', `${key}#${shard}`).slice(0, 12), 16);
}
