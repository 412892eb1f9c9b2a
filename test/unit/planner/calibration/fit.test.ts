import { expect, test } from 'vitest';
import { type CountedWork, noWork } from '../../../../scripts/planner/calibration/counted.ts';
import { fitGroups, type Measured, meanOf } from '../../../../scripts/planner/calibration/fit.ts';

const working = (partnerCalls: number, writeUnits: number): CountedWork => ({
  ...{ ...noWork, partnerCalls },
  tables: { orders: { calls: 1, readUnits: 0.5, writeUnits, indexWriteUnits: 0, storedBytes: 0 } },
});
const measured = (unitsOf: (orders: number) => number) =>
  [10, 20, 40].map(
    (orders): Measured<CountedWork> => ({ orders, work: working(3, unitsOf(orders)) }),
  ) as unknown as Parameters<typeof fitGroups<CountedWork>>[1];

test('splits the work of groups into a share for the group and one for each order', () => {
  const { perOrder, perGroup } = fitGroups(
    'confirm',
    measured((orders) => 2 + 4 * orders),
  );
  expect(perOrder).toEqual({
    ...working(0, 4),
    tables: { orders: { ...perOrder.tables.orders, calls: 0, readUnits: 0 } },
  });
  expect(perOrder.tables.orders?.writeUnits).toBe(4);
  expect(perGroup).toEqual(working(3, 2));
});

test('fails for work that is not of this form, and names it', () => {
  expect(() =>
    fitGroups(
      'reject',
      measured((orders) => orders * orders),
    ),
  ).toThrow('reject: tables.orders.writeUnits is 100, 400 and 1600 for 10, 20 and 40 orders');
});

test('a kind of work that only a larger group does is not lost', () => {
  const [first, between, last] = measured((orders) => orders);
  const more = (orders: number, count: number): Measured<CountedWork> => ({
    orders,
    work: { ...noWork, queues: { 'order-requests': { messages: count, bytes: 100 * count } } },
  });
  expect(() => fitGroups('sweep', [first, between, more(40, 1)])).toThrow('sweep: ');
  const { perOrder } = fitGroups('sweep', [more(10, 10), more(20, 20), more(40, 40)]);
  expect(perOrder.queues).toEqual({ 'order-requests': { messages: 1, bytes: 100 } });
  expect(last.orders).toBe(40);
});

test('a mean counts a kind of work that only some did', () => {
  expect(meanOf([working(2, 1), noWork]).tables.orders).toMatchObject({ writeUnits: 0.5, readUnits: 0.25 });
  expect(meanOf([working(2, 1), working(2, 1)])).toEqual(working(2, 1));
});
