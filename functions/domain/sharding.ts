import { hash } from 'node:crypto';

/** DynamoDB transacts at most 100 items, and a split order takes from every shard at once. */
export const maxShards = 64;

/**
 * Orders a second that one stock shard is planned for. A DynamoDB partition writes 1,000 units/s, a transactional
 * write of one small item costs 2, so 500 is the ceiling; one item under overlapping transactions conflicts long
 * before that, hence a fifth of it.
 */
export const ordersPerSecondPerShard = 100;

/** How many shards a product needs for a stated peak rate, in orders per second. */
export function shardCountFor(peakOrdersPerSecond: number): number {
  const wanted = Math.ceil(peakOrdersPerSecond / ordersPerSecondPerShard);
  return Math.min(maxShards, Math.max(1, wanted));
}

/**
 * All shards of a key, best first, by rendezvous (highest random weight) hashing: each key has its own order, and one
 * more shard moves at most 1/n of the keys.
 */
export function rankShards(key: string, shardCount: number): readonly number[] {
  if (shardCount === 1) return [0];
  const weights = [...Array(shardCount).keys()].map((shard) => ({ shard, weight: weigh(key, shard) }));
  weights.sort((a, b) => b.weight - a.weight || a.shard - b.shard);
  return weights.map(({ shard }) => shard);
}

// 48 bits: exact in a double, and a tie is 1 in 2.8e14. SHA-1 for its spread, not for secrecy.
function weigh(key: string, shard: number): number {
  return Number.parseInt(hash('sha1', `${key}#${shard}`).slice(0, 12), 16);
}
