import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { noSales } from '../../../../functions/domain/sales.ts';
import type { Count, GroupViews } from '../../../../functions/ports/views.ts';
import { traceparent } from '../../../support/memory-system.ts';
import { found, freshSku, type System } from './system.ts';

const slot = 3;
const bought = { ...noSales, confirmedOrders: 1, reservedUnits: 2, revenue: 10 };

/** The n-th order of one counter row, accepted in minute `minute`. */
function buildCount(sku: string, n: number, minute = 0): Count {
  // Order ids are UUIDs of version 5.
  const id = randomUUID();
  const orderId = `${id.slice(0, 14)}5${id.slice(15, -8)}${(n * 8 + slot).toString(16).padStart(8, '0')}`;
  const acceptedAt = `2026-11-27T09:${String(minute).padStart(2, '0')}:00.000Z`;
  const next = { v: 1, orderId, sku, state: 'CONFIRMED', version: 2, quantity: 2, unitPrice: 5, acceptedAt } as const;
  return { next: { ...next, traceparent }, previousVersion: undefined, change: bought };
}

/** For backends whose views count many orders at once. */
export function groupViewTests(system: () => System): void {
  const views = (): GroupViews => found(system().ports.groupViews);
  const idsOf = (counts: readonly Count[]) => counts.map(({ next }) => next.orderId);

  test('counts a full transaction of orders, each in its minute', async () => {
    const sku = freshSku();
    const counts = Array.from({ length: views().maxPerTransaction }, (_, n) => buildCount(sku, n, n));
    expect(await views().countTogether(counts)).toBe('committed');
    const max = views().maxPerTransaction;
    const sales = { ...noSales, confirmedOrders: max, reservedUnits: 2 * max, revenue: 10 * max };
    expect(await system().ports.sales.toSales(sku)).toEqual(sales);
    const counted = await views().countedOf([...idsOf(counts), randomUUID()]);
    expect(counted.map(({ orderId }) => orderId).sort()).toEqual(idsOf(counts).sort());
  });

  test('counts none of a group when one of its orders was counted meanwhile', async () => {
    const sku = freshSku();
    const [first, second] = [buildCount(sku, 1), buildCount(sku, 2)];
    expect(await views().countTogether([first])).toBe('committed');
    expect(await views().countTogether([second, first])).toBe('not batched');
    expect(await views().countedOf(idsOf([second]))).toEqual([]);
    expect(await system().ports.sales.toSales(sku)).toEqual(bought);
    const moved = { ...first, next: { ...first.next, version: 3 }, previousVersion: 2, change: noSales };
    expect(await views().countTogether([second, moved])).toBe('committed');
    expect(await system().ports.sales.toSales(sku)).toMatchObject({ confirmedOrders: 2, revenue: 20 });
  });

  test('reads more orders than one call of the store takes', async () => {
    const sku = freshSku();
    const counts = Array.from({ length: 3 * views().maxPerTransaction }, (_, n) => buildCount(sku, n));
    for (let first = 0; first < counts.length; first += views().maxPerTransaction)
      expect(await views().countTogether(counts.slice(first, first + views().maxPerTransaction))).toBe('committed');
    expect(await views().countedOf(idsOf(counts))).toHaveLength(counts.length);
  });
}
