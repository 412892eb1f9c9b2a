import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rankShards } from '../../../functions/domain/sharding.ts';
import { allocate, divide, divideForLoan, spread } from '../../../functions/domain/stock.ts';

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

test('lends half of the units, or what is wanted if that is more, and never more than there is', () => {
  fc.assert(
    fc.property(lefts, fc.integer({ min: 1, max: 100 }), (left, wanted) => {
      const stock = left.reduce((a, b) => a + b, 0);
      const parts = divideForLoan(levelsOf(left), wanted);
      expect(parts.reduce((sum, part) => sum + part.quantity, 0)).toBe(
        Math.min(stock, Math.max(wanted, Math.ceil(stock / 2))),
      );
      for (const { shard, quantity } of parts) {
        expect(quantity).toBeGreaterThan(0);
        expect(quantity).toBeLessThanOrEqual(left[shard] ?? 0);
      }
    }),
  );
});

test('leaves as even a stock as the shards allow', () => {
  const stays = (lefts: readonly number[], wanted: number) => {
    const lent = new Map(divideForLoan(levelsOf(lefts), wanted).map(({ shard, quantity }) => [shard, quantity]));
    return lefts.map((left, shard) => left - (lent.get(shard) ?? 0));
  };
  expect(stays([10, 10, 10, 10], 1)).toEqual([5, 5, 5, 5]);
  expect(stays([1, 1, 1, 1], 1).toSorted()).toEqual([0, 0, 1, 1]);
  expect(stays([20, 2, 2], 1)).toEqual([8, 2, 2]);
  // A shard that is oversold by a fault lends nothing.
  expect(stays([-3, 4], 9)).toEqual([-3, 0]);
});
