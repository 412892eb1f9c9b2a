import { expect, test } from 'vitest';
import { openOrdersIndex, ordersByCustomerIndex } from '../../../functions/contracts/table-keys.ts';
import { findIndexes } from '../../../scripts/dynamodb/indexes.ts';

test.each(['orders', 'orders-eu-west-1', 'shop-prod-orders', 'shop-prod-orders-us-gov-west-1'])(
  'finds the indexes of the table %s',
  (name) => {
    expect(findIndexes(name).map((index) => index.name)).toEqual([ordersByCustomerIndex, openOrdersIndex]);
  },
);

test.each(['stock', 'orders-prod-stock', 'orders-archive', 'backorders'])('finds none of the table %s', (name) => {
  expect(findIndexes(name)).toEqual([]);
});
