import { expect, test } from 'vitest';
import type { OrderState } from '../../../functions/domain/order.ts';
import { noSales, toMinute, toSales } from '../../../functions/domain/sales.ts';

const sold = { ...noSales, confirmedOrders: 1, reservedUnits: 3, revenue: 15 };

// The rules as the documents state them; the invariants use the same function, so they cannot check it.
test.each<[OrderState, object]>([
  ['PENDING', noSales],
  ['CONFIRMED', sold],
  ['FULFILLING', sold],
  ['FULFILLED', { ...sold, fulfilledOrders: 1 }],
  ['REJECTED', { ...noSales, rejectedOrders: 1 }],
  ['CANCELLED', { ...noSales, cancelledOrders: 1 }],
])('counts a %s order of three units at 5 cents', (state, sales) => {
  expect(toSales({ state, quantity: 3, unitPrice: 5 })).toEqual(sales);
});

test('counts sales by the minute', () => {
  expect(toMinute('2026-11-27T09:59:59.999Z')).toBe('2026-11-27T09:59');
  expect(toMinute('2026-11-27T10:00:00.000Z')).toBe('2026-11-27T10:00');
});
