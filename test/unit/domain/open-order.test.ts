import { expect, test } from 'vitest';
import { isSweepDue, openBuckets, toOpenBucket } from '../../../functions/domain/open-order.ts';

const minute = 60_000;

test('makes an order due after its time, then after two, four and eight times that', () => {
  const due: number[] = [];
  for (let now = 1; now <= 100; now++) {
    if (isSweepDue(0, 10 * minute, { fromMs: (now - 1) * minute, toMs: now * minute })) due.push(now);
  }
  expect(due).toEqual([10, 20, 40, 80]);
});

test('makes an order due once in the first sweep, or in one after a long pause', () => {
  expect(isSweepDue(5 * minute, 10 * minute, { fromMs: 0, toMs: 90 * minute })).toBe(true);
  expect(isSweepDue(5 * minute, 10 * minute, { fromMs: 0, toMs: 14 * minute })).toBe(false);
});

test('spreads ids over all buckets', () => {
  const found = new Set(Array.from({ length: 1_000 }, (_, index) => toOpenBucket(`order-${index}`)));
  expect([...found].toSorted((a, b) => a - b)).toEqual(Array.from({ length: openBuckets }, (_, bucket) => bucket));
});
