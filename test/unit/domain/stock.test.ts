import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rankShards } from '../../../functions/domain/sharding.ts';
import { allocate, divide, spread } from '../../../functions/domain/stock.ts';

const levelsOf = (lefts: readonly number[]) => lefts.map((left, shard) => ({ shard, left }));
const lefts = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 12 });

test('serves an order if and only if all shards together can', () => {
  fc.assert(
    fc.property(lefts, fc.integer({ min: 1, max: 100 }), fc.string(), (left, quantity, key) => {
      const sum = left.reduce((a, b) => a + b, 0);
      expect(allocate(levelsOf(left), rankShards(key, left.length), quantity) !== undefined).toBe(sum >= quantity);
    }),
  );
});

test('takes exactly the quantity, each shard at most once and never more than it holds', () => {
  fc.assert(
    fc.property(lefts, fc.integer({ min: 1, max: 100 }), fc.string(), (left, quantity, key) => {
      const parts = allocate(levelsOf(left), rankShards(key, left.length), quantity) ?? [];
      fc.pre(parts.length > 0);
      expect(parts.reduce((sum, part) => sum + part.quantity, 0)).toBe(quantity);
      expect(new Set(parts.map((part) => part.shard)).size).toBe(parts.length);
      for (const part of parts) expect(left[part.shard]).toBeGreaterThanOrEqual(part.quantity);
    }),
  );
});

test('prefers a single shard, the best ranked that can serve the order alone', () => {
  expect(allocate(levelsOf([1, 5, 9]), [0, 2, 1], 4)).toEqual([{ shard: 2, quantity: 4 }]);
});

test('splits over the fullest shards when no single one holds enough', () => {
  expect(allocate(levelsOf([1, 3, 2]), [0, 1, 2], 5)).toEqual([
    { shard: 1, quantity: 3 },
    { shard: 2, quantity: 2 },
  ]);
});

test('spreads a supply so that parts differ by at most one', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 1, max: 64 }), (quantity, shards) => {
      const parts = spread(quantity, shards).map((part) => part.quantity);
      expect(parts.reduce((a, b) => a + b, 0)).toBe(quantity);
      expect(Math.max(...parts) - Math.min(...parts)).toBeLessThanOrEqual(1);
      expect(Math.min(...parts)).toBeGreaterThan(0);
    }),
  );
});

const levelsAndOrders = fc.record({
  levels: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 5 }),
  orders: fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 12 }),
});

test('promises no unit twice, and calls hopeless only what all shards together could not serve', () => {
  fc.assert(
    fc.property(levelsAndOrders, ({ levels, orders }) => {
      const stock = levels.reduce((sum, left) => sum + left, 0);
      const shards = levels.map((left, shard) => ({ shard, left }));
      const ranking = shards.map(({ shard }) => shard);
      const { served, hopeless, waiting } = divide(shards, orders, (quantity) => ({ quantity, ranking }));
      const promised = levels.map(() => 0);
      for (const { order, allocation } of served) {
        expect(allocation.reduce((sum, part) => sum + part.quantity, 0)).toBe(order);
        for (const { shard, quantity } of allocation) promised[shard] = (promised[shard] ?? 0) + quantity;
      }
      for (const [shard, left] of levels.entries()) expect(promised[shard]).toBeLessThanOrEqual(left);
      expect(hopeless).toEqual(orders.filter((quantity) => quantity > stock));
      expect(served.length + hopeless.length + waiting.length).toBe(orders.length);
      // Something is served as long as anything could be.
      expect(served.length > 0).toBe(orders.some((quantity) => quantity <= stock));
    }),
  );
});
