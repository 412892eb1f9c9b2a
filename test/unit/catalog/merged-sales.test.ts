import { expect, test } from 'vitest';
import { mergedSales } from '../../../functions/catalog/merged-sales.ts';
import { noSales } from '../../../functions/domain/sales.ts';

test('adds the counters of all regions', async () => {
  const region = (confirmedOrders: number, revenue: number) => ({
    toSales: async () => ({ ...noSales, confirmedOrders, revenue }),
  });
  expect(await mergedSales([region(3, 30), region(4, 40), region(0, 0)]).toSales('lamp')).toEqual({
    ...noSales,
    ...{ confirmedOrders: 7, revenue: 70 },
  });
});
