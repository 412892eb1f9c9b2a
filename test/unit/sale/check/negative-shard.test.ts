import { expect, test } from 'vitest';
import { stockPartition, stockRowKey } from '../../../../functions/adapters/single-partition/keys.ts';
import { emptyStock } from '../../../../functions/adapters/single-partition/rows.ts';
import { checkInvariants } from '../../../../scripts/sale/check/invariants.ts';
import { toStores } from '../../../../scripts/sale/check/partition-snapshot.ts';
import { readRows } from '../../../../scripts/sale/check/table-rows.ts';

const dynamodb = () =>
  readRows({
    orderRows: [],
    stockRows: [{ pk: 'STOCK#lamp#0', left: -1, allocated: 5 }],
    products: [],
    viewRows: [],
  });
const partitions = () =>
  toStores([{ partition: stockPartition('lamp', 0), row: stockRowKey, value: { ...emptyStock, left: -1 } }]);

test.each([
  ['DynamoDB', dynamodb],
  ['single partitions', partitions],
])('reads a shard below zero on %s, which breaks I1', (_, read) => {
  const clients = { accepted: [], foreignAttempts: 0, foreignAnswers: [] };
  const verdicts = checkInvariants({ ...read(), deadLetters: [] }, clients);
  expect(verdicts.find(({ id }) => id === 'I1')?.violations).toEqual(['lamp#0: -1 left']);
});
