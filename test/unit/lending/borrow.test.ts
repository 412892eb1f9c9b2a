import { expect, test, vi } from 'vitest';
import { RetryLater } from '../../../functions/ports/retry-later.ts';
import type { Lender } from '../../../functions/ports/transfers.ts';
import { memoryRegions } from '../../support/memory-regions.ts';

const need = { sku: 'lamp', shardCount: 4, wanted: 3 };
const gone = async (): Promise<never> => {
  throw new Error('connection reset');
};

function first<One>([one]: readonly One[]): One {
  if (one === undefined) throw new Error('there must be one');
  return one;
}

test('takes half of what the other region has, and closes the transfer', async () => {
  const { own, others, borrowWith, left } = await memoryRegions([0, 20]);
  expect(await borrowWith()(need)).toBe(10);
  expect([left(own), ...others.map(left)]).toEqual([10, 10]);
  expect(first(others).open.size).toBe(0);
  expect(own.system.count('UnitsBorrowed')).toBe(10);
});

test('takes what is needed when half is not enough, and no more than there is', async () => {
  const { borrowWith, others, left } = await memoryRegions([0, 4]);
  expect(await borrowWith()(need)).toBe(3);
  expect(await borrowWith()(need)).toBe(1);
  expect(others.map(left)).toEqual([0]);
});

test('asks the next region for what the first one lacks', async () => {
  const { own, borrowWith, left } = await memoryRegions([0, 1, 9]);
  expect(await borrowWith()(need)).toBe(6);
  expect(left(own)).toBe(6);
});

test('does not ask a region without units again for a second', async () => {
  const { others, ports, borrowWith } = await memoryRegions([0, 0]);
  let now = Date.parse('2026-11-27T09:00:00.000Z');
  const lend = vi.spyOn(first(others).lender, 'lend');
  const borrow = borrowWith({ ...ports, clock: { now: () => new Date(now).toISOString() } });
  expect(await borrow(need)).toBe(0);
  now += 999;
  expect(await borrow(need)).toBe(0);
  expect(lend).toHaveBeenCalledTimes(1);
  // Another product is another question.
  await borrow({ ...need, sku: 'desk' });
  expect(lend).toHaveBeenCalledTimes(2);
  now += 1;
  await borrow(need);
  expect(lend).toHaveBeenCalledTimes(3);
});

test('goes on without a region that does not answer, and asks it again after five seconds', async () => {
  const { own, others, unreachable, borrowWith } = await memoryRegions([0, 8, 8]);
  let now = Date.parse('2026-11-27T09:00:00.000Z');
  const [lost, other] = others;
  if (!lost || !other) throw new Error('there must be two');
  const listOpen = vi.fn(gone);
  const lenders: Lender[] = [{ ...lost.lender, listOpen }, other.lender];
  const borrow = borrowWith({ lenders, clock: { now: () => new Date(now).toISOString() } });
  expect(await borrow(need)).toBe(4);
  now += 4_999;
  await borrow(need);
  expect(listOpen).toHaveBeenCalledTimes(1);
  now += 1;
  await borrow(need);
  expect(listOpen).toHaveBeenCalledTimes(2);
  expect(unreachable).toEqual(['region-1', 'region-1']);
  expect(own.system.count('RegionsUnreachable')).toBe(2);
});

test('finds units whose answer was lost, before it asks for more', async () => {
  const { own, others, borrowWith, left } = await memoryRegions([0, 20]);
  const { lender } = first(others);
  const answerLost: Lender = { ...lender, lend: async (request) => lender.lend(request).then(gone) };
  expect(await borrowWith({ lenders: [answerLost] })(need)).toBe(0);
  expect([left(own), others.map(left), first(others).open.size]).toEqual([0, [10], 1]);
  expect(await borrowWith()(need)).toBe(10);
  expect([left(own), others.map(left), first(others).open.size]).toEqual([10, [10], 0]);
});

test('counts units once when the transfer could not be closed', async () => {
  const { own, others, borrowWith, left } = await memoryRegions([0, 20]);
  const { lender } = first(others);
  expect(await borrowWith({ lenders: [{ ...lender, close: gone }] })(need)).toBe(10);
  expect(first(others).open.size).toBe(1);
  await borrowWith()(need);
  expect(left(own)).toBe(10);
  expect(first(others).open.size).toBe(0);
});

test('keeps the order undecided while its units could not be received', async () => {
  const { own, others, borrowWith, left } = await memoryRegions([0, 20]);
  const receiver = { receive: gone };
  await expect(borrowWith({ receiver })(need)).rejects.toThrow(RetryLater);
  expect(others.map(left)).toEqual([10]);
  expect(await borrowWith()(need)).toBe(10);
  expect(left(own)).toBe(10);
});

test('keeps the order undecided while the other region is too busy', async () => {
  const { others, unreachable, borrowWith } = await memoryRegions([0, 20]);
  const busy: Lender = { ...first(others).lender, lend: async () => 'conflict' };
  await expect(borrowWith({ lenders: [busy] })(need)).rejects.toThrow(RetryLater);
  expect(unreachable).toEqual([]);
});
