import { expect, test } from 'vitest';
import {
  eventKey,
  holdingKey,
  openValue,
  orderKey,
  productKey,
  stockKey,
  supplyKey,
} from '../../../../functions/adapters/aws/keys.ts';
import { toOrderEvent } from '../../../../functions/contracts/order-event.ts';
import {
  beginFulfilment,
  confirmOrder,
  fulfilOrder,
  type Order,
  placeOrder,
} from '../../../../functions/domain/order.ts';
import { reconcile, type Sources } from '../../../../scripts/operations/restore/reconcile.ts';
import { byName, findChanges, type Row, rowName } from '../../../../scripts/operations/restore/rows.ts';
import { idOfKey } from '../../../../scripts/sale/check/rules.ts';

const dayMs = 86_400_000;
const now = Date.parse('2027-06-01T09:00:00.000Z');
const days = 40;
const daysAgo = (count: number) => new Date(now - count * dayMs).toISOString();
const expiryOf = (order: Order) => Date.parse(order.changedAt) / 1_000 + days * 86_400;
const trace = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;

/** An order of two units, with its rows; without an end, it is still on its way. */
function rowsOf(key: string, acceptedDaysAgo: number, endedDaysAgo?: number): Row[] {
  const wish = { orderId: idOfKey('ada', key), customer: 'ada', sku: 'lamp', quantity: 2, unitPrice: 100 };
  const placed = placeOrder({ ...wish, currency: 'EUR', shardCount: 2, limitPerCustomer: 9 }, daysAgo(acceptedDaysAgo));
  const confirmed = confirmOrder(placed, [{ shard: 0, quantity: 2 }], placed.acceptedAt);
  const claimed = beginFulfilment(confirmed, placed.acceptedAt);
  const ended = endedDaysAgo === undefined ? undefined : fulfilOrder(claimed, daysAgo(endedDaysAgo));
  const last = ended ?? claimed;
  const more = ended ? { expiresAt: expiryOf(ended) } : { open: openValue(wish.orderId) };
  const events = [confirmed, claimed, ...(ended ? [ended] : [])].map((order) => ({
    ...{ ...eventKey(order.orderId, order.version), ...toOrderEvent(order, trace), expiresAt: expiryOf(order) },
  }));
  return [{ ...orderKey(wish.orderId), v: 1, ...last, requestHash: 'a'.repeat(64), ...more }, ...events];
}

const gone = rowsOf('gone', 60, 50);
const kept = rowsOf('kept', 5, 4);
/** Its events have expired. */
const waiting = rowsOf('waiting', 60).slice(0, 1);

const product = {
  ...productKey('lamp'),
  ...{ sku: 'lamp', name: 'Lamp', unitPrice: 100, currency: 'EUR', version: 1, shardCount: 2 },
  ...{ supplied: 20, limitPerCustomer: 9, changedAt: daysAgo(90) },
};
const supply = {
  ...supplyKey('lamp', 'first-supply'),
  v: 1,
  sku: 'lamp',
  key: 'first-supply',
  quantity: 20,
  at: daysAgo(90),
};
const stockOf = (first: number, second: number, held: number): Row[] => [
  supply,
  { ...stockKey('lamp', 0), left: first, allocated: 10 },
  { ...stockKey('lamp', 1), left: second, allocated: 10 },
  { ...holdingKey('lamp', 'ada'), sku: 'lamp', customer: 'ada', units: held, v: 1 },
];
/** Expired orders own two units of the first shard, and one of the second. */
const stock = stockOf(10 - 4 - 2, 10 - 1, 4 + 3);
const entry = (key: string) => ({ orderId: idOfKey('ada', key), sku: 'lamp', quantity: 2, state: 'accepted' as const });

const sources = (more: Partial<Sources>): Sources => ({
  ...{ orders: [...kept, ...waiting], stock, catalog: [product], images: { orders: [], catalog: [] } },
  ...{ book: undefined, run: 'r1', at: daysAgo(0) },
  expired: { retention: { days, atMs: now }, units: new Map([['lamp', 3]]) },
  ...more,
});
const levelsOf = (rows: ReadonlyMap<string, Row>) => [0, 1].map((shard) => rows.get(stockKey('lamp', shard).pk)?.left);
const left = (rows: ReadonlyMap<string, Row>) => levelsOf(rows).reduce<number>((sum, units) => sum + Number(units), 0);

test('changes no row where only time has passed, and does not miss the orders that the partner still has', () => {
  const { wanted, differences } = reconcile(sources({ book: [entry('kept'), { ...entry('gone'), quantity: 3 }] }));
  expect(differences).toEqual([]);
  expect(findChanges(wanted.orders, byName([...kept, ...waiting]))).toEqual({ puts: [], deletes: [] });
  expect(findChanges(wanted.stock, byName(stock))).toEqual({ puts: [], deletes: [] });
});

test('does not put an expired order back from a backup', () => {
  const { wanted } = reconcile(sources({ orders: [...gone, ...kept, ...waiting] }));
  expect([...wanted.orders.keys()]).toEqual([...kept, ...waiting].map(rowName));
});

test.each([
  ['older levels', stockOf(10, 10, 0)],
  ['levels that lost units', stockOf(2, 2, 7)],
  ['no levels', [supply]],
])('keeps the units of expired orders off the shelf with %s', (_, damaged) => {
  const { wanted, differences } = reconcile(sources({ stock: damaged }));
  expect(left(wanted.stock)).toBe(20 - 4 - 3);
  expect(Math.min(...levelsOf(wanted.stock).map(Number))).toBeGreaterThanOrEqual(0);
  expect(differences.filter(({ reason }) => !reason.includes('holdings'))).toEqual([]);
});

test('says that expired orders own more units than the shards have room for', () => {
  const expired = { retention: { days, atMs: now }, units: new Map([['lamp', 17]]) };
  const { differences } = reconcile(sources({ expired }));
  expect(differences).toContainEqual(
    expect.objectContaining({ reason: 'expired orders own 17 units, and the shards have room for 16', mended: false }),
  );
});

test('says that the partner has more orders than have expired', () => {
  const book = [entry('kept'), entry('gone'), entry('lost')];
  const unknown = reconcile(sources({ book })).differences.filter(({ reason }) => reason.includes('no other record'));
  expect(unknown).toHaveLength(2);
});

test('lets rows that it writes again expire like the others', () => {
  const [row] = kept;
  const { wanted } = reconcile(sources({ orders: [...kept.slice(1), ...waiting] }));
  expect(wanted.orders.get(rowName(row ?? { pk: '' }))?.expiresAt).toBe(row?.expiresAt);
  const decided = reconcile(sources({ book: [entry('waiting')] })).wanted.orders;
  const expiresAt = now / 1_000 + days * 86_400;
  expect(decided.get(rowName(waiting[0] ?? { pk: '' }))).toMatchObject({ state: 'FULFILLED', expiresAt });
  expect(decided.get(rowName(eventKey(idOfKey('ada', 'waiting'), 4)))).toMatchObject({ expiresAt });
});
