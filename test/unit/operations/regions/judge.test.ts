import { expect, test } from 'vitest';
import type { OrderState } from '../../../../functions/domain/order-states.ts';
import type { Transfer } from '../../../../functions/ports/transfers.ts';
import { judgeRegions } from '../../../../scripts/operations/regions/judge.ts';
import type { ReadRegion, RegionOrder } from '../../../../scripts/operations/regions/read.ts';
import { reportRegions } from '../../../../scripts/operations/regions/report.ts';

const order = (orderId: string, state: OrderState, quantity = 1): RegionOrder => ({
  orderId,
  sku: 'lamp',
  quantity,
  state,
});
const transfer = (id: string, quantity: number): Transfer => ({
  ...{ id, sku: 'lamp', from: 'home', to: 'other', quantity, shardCount: 4, at: '2026-11-30T00:00:00.000Z' },
});

interface Parts {
  readonly left: number;
  readonly allocated: number;
  readonly orders?: readonly RegionOrder[];
  readonly sent?: readonly Transfer[];
  readonly received?: readonly string[];
}

const region = (name: string, { left, allocated, orders = [], sent = [], received = [] }: Parts): ReadRegion => ({
  region: name,
  stock: {
    left: new Map([['lamp', left]]),
    allocated: new Map([['lamp', allocated]]),
    sent,
    received: new Set(received),
  },
  orders,
});

const judge = (regions: readonly ReadRegion[], supplied = 100) =>
  judgeRegions({ regions, products: [{ sku: 'lamp', supplied, shardCount: 4 }] });

const home: Parts = { left: 40, allocated: 50, orders: [order('a', 'CONFIRMED', 10)], sent: [transfer('t', 50)] };
const other: Parts = { left: 48, allocated: 50, orders: [order('b', 'FULFILLED', 2)], received: ['t'] };

test('accounts for every unit in stock and orders', () => {
  const judged = judge([region('home', home), region('other', other)]);
  expect(judged).toMatchObject({ wrong: [], doubled: [], unfinished: [], lost: [] });
  expect(judged.products[0]).toMatchObject({ underWay: 0, stranded: 0 });
  expect(reportRegions(judged).trim().split('\n').at(-1)).toBe('all 100 units are accounted for in all regions');
});

test('knows that expired orders own units, in a region that answers and in a lost one', () => {
  const old = { ...region('home', { ...home, orders: [] }), expired: { lamp: 10 } };
  expect(judge([old, region('other', other)]).wrong).toEqual([]);
  const lost: ReadRegion = { region: 'other', stock: undefined, orders: [], expired: { lamp: 2 } };
  expect(judge([old, lost]).products[0]).toMatchObject({ stranded: 48 });
  const sold = { ...old, expired: { lamp: 9 } };
  expect(judge([sold, region('other', other)]).wrong.join('\n')).toContain(
    '49 units left or in orders, 50 belong there',
  );
});

test('finds the units of a transfer that did not arrive', () => {
  const judged = judge([region('home', home), region('other', { left: 0, allocated: 0 })]);
  expect(judged.products[0]).toMatchObject({ underWay: 50, stranded: 0 });
  expect(judged.wrong).toEqual([]);
});

test('names what is stranded with a lost region, and its orders that are not final', () => {
  const orders = [
    order('b', 'FULFILLED', 2),
    order('c', 'CONFIRMED', 3),
    order('d', 'PENDING'),
    order('e', 'REJECTED'),
  ];
  const judged = judge([region('home', home), { region: 'other', stock: undefined, orders }]);
  expect(judged.products[0]).toMatchObject({ underWay: 0, stranded: 45 });
  expect(judged.unfinished.map(({ orderId }) => orderId)).toEqual(['c', 'd']);
  expect(judged.lost).toEqual(['other']);
  expect(reportRegions(judged)).toMatch(/other does not answer; 2 of its known orders are not final\n$/);
});

test('does not take units for lost that a lost region may or may not have received', () => {
  const judged = judge([
    region('home', { ...home, sent: [transfer('t', 50), transfer('u', 0)] }),
    { region: 'other', stock: undefined, orders: [] },
  ]);
  expect(judged.products[0]).toMatchObject({ underWay: 0, stranded: 50 });
  expect(judged.wrong).toEqual([]);
});

test.each<[string, Parts, Parts, RegExp]>([
  ['a unit too many', home, { ...other, left: 49 }, /1 units more than the 100/],
  ['a unit too few', home, { ...other, left: 47 }, /1 of 100 units are nowhere/],
  [
    'a transfer that arrived and did not leave',
    { ...home, left: 90, allocated: 100, sent: [] },
    other,
    /50 units more/,
  ],
  [
    'a level that its orders do not explain',
    { ...home, allocated: 49 },
    other,
    /50 units left or in orders, 49 belong/,
  ],
])('%s is wrong', (_, one, two, finding) => {
  const { wrong } = judge([region('home', one), region('other', two)]);
  expect(wrong.join('\n')).toMatch(finding);
});

test.each<[OrderState, OrderState, number]>([
  ['CONFIRMED', 'FULFILLED', 1],
  ['FULFILLING', 'CONFIRMED', 1],
  ['CONFIRMED', 'REJECTED', 0],
  ['CANCELLED', 'FULFILLED', 0],
  ['PENDING', 'CONFIRMED', 0],
])('an order that is %s here and %s there: %i doubled', (here, there, doubled) => {
  const regions = [
    region('home', { ...home, orders: [order('x', here)] }),
    region('other', { ...other, orders: [order('x', there)] }),
  ];
  expect(judge(regions).doubled).toHaveLength(doubled);
});
