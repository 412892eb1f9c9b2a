import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maxShards, ordersPerSecondPerShard, rankShards, shardCountFor } from '../../../functions/domain/sharding.ts';

test('ranks every shard once, deterministically', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 1, max: maxShards }), (key, count) => {
      const ranking = rankShards(key, count);
      expect(ranking.toSorted((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
      expect(rankShards(key, count)).toEqual(ranking);
    }),
  );
});

test('keeps the ranking of existing shards when one is added, so only keys that prefer it move', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 1, max: 20 }), (key, count) => {
      expect(rankShards(key, count + 1).filter((shard) => shard < count)).toEqual(rankShards(key, count));
    }),
  );
});

test('moves about one key in n when a shard is added', () => {
  const keys = Array.from({ length: 5_000 }, (_, i) => `key-${i}`);
  const moved = keys.filter((key) => rankShards(key, 8)[0] !== rankShards(key, 7)[0]).length;
  expect(moved / keys.length).toBeGreaterThan(0.1);
  expect(moved / keys.length).toBeLessThan(0.15);
});

test('spreads keys within 10 % of even', () => {
  const hits = Array.from({ length: 8 }, () => 0);
  for (let i = 0; i < 16_000; i++) {
    const shard = rankShards(`order-${i}`, 8)[0] ?? 0;
    hits[shard] = (hits[shard] ?? 0) + 1;
  }
  for (const count of hits) expect(Math.abs(count - 2_000)).toBeLessThan(200);
});

test.each([
  { rate: 1, shards: 1 },
  { rate: ordersPerSecondPerShard, shards: 1 },
  { rate: ordersPerSecondPerShard + 1, shards: 2 },
  { rate: 800, shards: 8 },
  { rate: 1e9, shards: maxShards },
])('plans $shards shards for $rate orders per second', ({ rate, shards }) => {
  expect(shardCountFor(rate)).toBe(shards);
});
