import { expect, test } from 'vitest';
import { openOrdersIndex, ordersByCustomerIndex } from '../../../functions/contracts/table-keys.ts';
import { longestLagMs } from '../../../scripts/dynamodb/history.ts';
import { type Luck, pickEntries } from '../../../scripts/dynamodb/luck.ts';
import { Tables } from '../../../scripts/dynamodb/tables.ts';

const fresh: Luck = { conflict: false, pick: 0.9999 };
const oldest: Luck = { conflict: false, pick: 0 };

function openTables() {
  const refused: string[] = [];
  const clock = { nowMs: 0 };
  const refuse = (text: string) => new Error(text);
  const tables = new Tables({
    now: () => clock.nowMs,
    watch: () => {},
    refuse: (text) => {
      refused.push(text);
      return refuse(text);
    },
  });
  return { tables, refused, clock };
}

const put = (pk: string, more: object = {}) => ({ TableName: 'orders', Item: { pk, sk: 'ORDER', ...more } });
const key = { TableName: 'orders', Key: { pk: 'a', sk: 'ORDER' } };

test('answers a consistent read with the newest version, and another with an older one for a while', () => {
  const { tables, clock } = openTables();
  tables.write(put('a', { version: 1 }), fresh);
  clock.nowMs = 10_000;
  tables.write(put('a', { version: 2 }), fresh);
  const read = (ConsistentRead: boolean) => tables.read({ ...key, ConsistentRead }, oldest);
  expect(read(true)).toMatchObject({ Item: { version: 2 } });
  expect(read(false)).toMatchObject({ Item: { version: 1 } });
  clock.nowMs += longestLagMs;
  expect(read(false)).toMatchObject({ Item: { version: 2 } });
});

test('an index and a scan lag; a consistent scan does not', () => {
  const { tables, clock } = openTables();
  clock.nowMs = 10_000;
  tables.write(put('a', { customer: 'ada', acceptedAt: '1' }), fresh);
  const byCustomer = {
    TableName: 'orders',
    IndexName: ordersByCustomerIndex,
    KeyConditionExpression: 'customer = :customer',
    ExpressionAttributeValues: { ':customer': 'ada' },
  };
  expect(tables.query(byCustomer, oldest)).toMatchObject({ Items: [] });
  expect(tables.query(byCustomer, fresh)).toMatchObject({ Items: [{ pk: 'a' }] });
  expect(tables.scan({ TableName: 'orders' }, oldest)).toMatchObject({ Items: [] });
  expect(tables.scan({ TableName: 'orders', ConsistentRead: true }, oldest)).toMatchObject({ Items: [{ pk: 'a' }] });
});

test('an index holds only what the stack projects into it, in the order asked for', () => {
  const { tables } = openTables();
  for (const at of ['1', '3', '2'])
    tables.write(put(`a${at}`, { open: '0', acceptedAt: at, customer: 'ada', state: 'PENDING' }), fresh);
  const open = {
    TableName: 'orders',
    IndexName: openOrdersIndex,
    KeyConditionExpression: '#open = :bucket AND acceptedAt < :before',
    ExpressionAttributeNames: { '#open': 'open' },
    ExpressionAttributeValues: { ':bucket': '0', ':before': '3' },
  };
  expect(tables.query(open, fresh)).toEqual({
    Items: ['1', '2'].map((at) => ({ pk: `a${at}`, sk: 'ORDER', open: '0', acceptedAt: at })),
  });
  expect(tables.query({ ...open, ScanIndexForward: false, Limit: 1 }, fresh)).toMatchObject({
    Items: [{ pk: 'a2' }],
    LastEvaluatedKey: { pk: 'a2', sk: 'ORDER', open: '0', acceptedAt: '2' },
  });
});

test('pages follow one another without a gap, also when they end early', () => {
  const { tables } = openTables();
  for (let row = 0; row < 20; row++) tables.write({ TableName: 'catalog', Item: { pk: `P#${row}` } }, fresh);
  const seen: unknown[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    // The third decimal decides that a page ends early.
    const page = tables.scan(
      { TableName: 'catalog', Limit: 7, ...(start && { ExclusiveStartKey: start }) },
      { conflict: false, pick: 0.90005 },
    ) as { Items: { pk: string }[]; LastEvaluatedKey?: Record<string, unknown> };
    expect(page.Items.length).toBeLessThan(7);
    seen.push(...page.Items.map(({ pk }) => pk));
    start = page.LastEvaluatedKey;
  } while (start);
  expect(seen).toHaveLength(20);
  expect(new Set(seen).size).toBe(20);
});

test('refuses any entries of a batch, not always the same', () => {
  const refused = (pick: number) => [0, 1, 2, 3, 4].filter(pickEntries(5, pick));
  const picks = Array.from({ length: 1_000 }, (_, index) => refused((index * 0.618_033_988_749_895) % 1));
  for (const entries of picks) expect(entries.length).toBeGreaterThan(0);
  for (const entry of [0, 1, 2, 3, 4]) expect(picks.some((one) => one.length === 1 && one[0] === entry)).toBe(true);
  expect(picks.some((one) => one.length > 1)).toBe(true);
});

test('an injected conflict hits some items of a transaction, and a batch read leaves some keys', () => {
  const { tables } = openTables();
  const writes = ['a', 'b', 'c'].map((pk) => put(pk));
  expect(tables.begin(writes, { conflict: true, pick: 0.5 })).toMatchObject({
    CancellationReasons: [{ Code: 'None' }, { Code: 'TransactionConflict' }, { Code: 'None' }],
  });
  const Keys = writes.map(({ Item: { pk, sk } }) => ({ pk, sk }));
  expect(tables.readEach({ orders: { Keys } }, { conflict: true, pick: 0.25 })).toMatchObject({
    UnprocessedKeys: { orders: { Keys: [{ pk: 'a' }] } },
  });
});

test.each([
  ['a transaction of 101 items', (tables: Tables) => tables.begin(many(101), fresh), '101 items'],
  ['an item twice in a transaction', (tables: Tables) => tables.begin([put('a'), put('a')], fresh), 'twice'],
  ['a batch read of 101 keys', (tables: Tables) => tables.readEach({ orders: { Keys: keys(101) } }, fresh), '101 keys'],
  ['a transactional read of 101 items', (tables: Tables) => tables.readTogether(many(101), fresh), '101 items'],
  ['an item above 400 KB', (tables: Tables) => tables.write(large('a', 410_000), fresh), '400 KB'],
  [
    'a transaction above 4 MB',
    (tables: Tables) =>
      tables.begin(
        keys(11).map(({ pk }) => large(pk, 400_000)),
        fresh,
      ),
    '4 MB',
  ],
  [
    'a consistent read of an index',
    (tables: Tables) =>
      tables.query({ TableName: 'orders', IndexName: ordersByCustomerIndex, ConsistentRead: true }, fresh),
    'consistent',
  ],
])('refuses %s', (_name, request, text) => {
  const { tables, refused } = openTables();
  expect(request(tables)).toBeInstanceOf(Error);
  expect(refused.join()).toContain(text);
  expect(tables.all('orders')).toEqual([]);
});

test('accepts what is at its limit', () => {
  const { tables, refused } = openTables();
  expect(tables.begin(many(100), fresh)).toBeInstanceOf(Function);
  expect(tables.write(large('large', 409_000), fresh)).not.toBeInstanceOf(Error);
  expect(refused).toEqual([]);
});

function keys(count: number) {
  return Array.from({ length: count }, (_, index) => ({ pk: `item-${index}`, sk: 'ORDER' }));
}

function many(count: number) {
  return keys(count).map(({ pk }) => put(pk));
}

function large(pk: string, bytes: number) {
  return put(pk, { text: 'x'.repeat(bytes) });
}
