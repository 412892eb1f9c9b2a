import { expect, test } from 'vitest';
import { type Charge, type Command, chargeOf, chargeOfPage, listTouched } from '../../../scripts/dynamodb/consumed.ts';
import type { Item } from '../../../scripts/dynamodb/expressions.ts';
import { itemSize } from '../../../scripts/dynamodb/item-size.ts';

const named = (name: string, input: object): Command => ({ constructor: { name }, input });
const ofKilobytes = (count: number): Item => ({ pk: 'x', text: 'a'.repeat(count * 1_024 - 7) });

/** Sum over the items of a call; each one is `before` and becomes `after`. */
function costOf(name: string, input: object, before?: Item, after = before): Charge {
  const charges = listTouched(named(name, input)).map((touched) => chargeOf(touched, before, after));
  const sum = (read: (charge: Charge) => number) => charges.reduce((total, charge) => total + read(charge), 0);
  return {
    table: charges[0]?.table ?? '',
    readUnits: sum(({ readUnits }) => readUnits),
    writeUnits: sum(({ writeUnits }) => writeUnits),
    indexWriteUnits: sum(({ indexWriteUnits }) => indexWriteUnits),
  };
}

test.each([
  ['text in UTF-8, with its name', { name: 'Müller' }, 4 + 7],
  ['a number by its significant digits', { n: 1_000 }, 1 + 2],
  ['a number with a sign and a fraction', { n: -12.345 }, 1 + 5],
  ['true and null as a byte', { a: true, b: null }, 4],
  ['a list of two numbers', { l: [1, 22] }, 1 + 3 + 2 + 2 + 2],
  ['a map, whose names count', { m: { ab: 'c' } }, 1 + 3 + 1 + 3],
  ['binary data by its length', { b: new Uint8Array(9) }, 1 + 9],
])('an item counts %s', (_, item, bytes) => {
  expect(itemSize(item)).toBe(bytes);
});

test.each([
  ['a missing item, eventually', 'GetCommand', {}, undefined, 0.5],
  ['a missing item, consistently', 'GetCommand', { ConsistentRead: true }, undefined, 1],
  ['4 KB, consistently', 'GetCommand', { ConsistentRead: true }, ofKilobytes(4), 1],
  ['a byte more than 4 KB', 'GetCommand', { ConsistentRead: true }, { ...ofKilobytes(4), n: null }, 2],
  ['9 KB, eventually', 'GetCommand', {}, ofKilobytes(9), 1.5],
  [
    'two items in a transaction',
    'TransactGetCommand',
    { TransactItems: [{ Get: {} }, { Get: {} }] },
    ofKilobytes(5),
    8,
  ],
  [
    'a batch, each item rounded',
    'BatchGetCommand',
    { RequestItems: { t: { Keys: [{}, {}, {}] } } },
    ofKilobytes(1),
    1.5,
  ],
])('reading %s', (_, name, input, item, units) => {
  expect(costOf(name, input, item)).toMatchObject({ readUnits: units, writeUnits: 0 });
});

test.each([
  ['nothing yet, whose condition failed', 'PutCommand', undefined, undefined, 1],
  ['an item of 3 KB, whose condition failed', 'UpdateCommand', ofKilobytes(3), ofKilobytes(3), 3],
  ['an item that shrinks: by its larger version', 'UpdateCommand', ofKilobytes(3), ofKilobytes(1), 3],
  ['an item that grows', 'PutCommand', ofKilobytes(1), ofKilobytes(2), 2],
])('writing %s', (_, name, before, after, units) => {
  expect(costOf(name, { TableName: 'stock' }, before, after)).toMatchObject({ writeUnits: units, readUnits: 0 });
});

test('a transaction pays twice for each item, cancelled or not, and for a mere check', () => {
  const TransactItems = [{ Put: { TableName: 'stock' } }, { ConditionCheck: { TableName: 'stock' } }];
  expect(costOf('TransactWriteCommand', { TransactItems }).writeUnits).toBe(4);
});

const order = { pk: 'ORDER#1', sk: 'ORDER', customer: 'ada', acceptedAt: '2026', state: 'PENDING', open: '3' };
const { open: _, ...final } = order;

test.each<[string, Item | undefined, Item, number]>([
  ['a new order is put into both indexes', undefined, order, 2],
  ['a state that one index does not hold is written to the other', order, { ...order, state: 'CONFIRMED' }, 1],
  ['a final order leaves the index of open ones', order, { ...final, state: 'REJECTED' }, 2],
  ['a changed key is a delete and an insert', order, { ...order, open: '4' }, 1 + 2],
  ['an event is in no index', undefined, { pk: 'ORDER#1', sk: 'EVENT#2', type: 'OrderConfirmed' }, 0],
  ['an item of 3 KB costs an index of items as much', undefined, { ...final, ...ofKilobytes(3) }, 4],
])('%s', (_, before, after, units) => {
  const written = costOf('UpdateCommand', { TableName: 'orders' }, before, after);
  expect(written.indexWriteUnits).toBe(units);
});

test('a transaction does not double what it writes to an index', () => {
  const written = costOf(
    'TransactWriteCommand',
    { TransactItems: [{ Put: { TableName: 'orders' } }] },
    undefined,
    order,
  );
  expect(written).toMatchObject({ writeUnits: 2, indexWriteUnits: 2 });
});

test('a page costs its bytes together, and an empty one as much as a small one', () => {
  const query = named('QueryCommand', { TableName: 'orders' });
  expect(chargeOfPage(query, []).readUnits).toBe(0.5);
  expect(chargeOfPage(query, [ofKilobytes(3), ofKilobytes(3)]).readUnits).toBe(1);
});

test('refuses to price a call that it does not know', () => {
  expect(() => listTouched(named('ExecuteStatementCommand', {}))).toThrow('cannot count the units');
});
