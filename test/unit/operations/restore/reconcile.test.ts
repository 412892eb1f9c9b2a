import { describe, expect, it } from 'vitest';
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
  cancelOrder,
  cancelRefused,
  confirmOrder,
  fulfilOrder,
  type Order,
  placeOrder,
  rejectOrder,
} from '../../../../functions/domain/order.ts';
import { readOrders, reconcile, type Sources } from '../../../../scripts/operations/restore/reconcile.ts';
import { byName, findChanges, type Row, rowName } from '../../../../scripts/operations/restore/rows.ts';
import { idOfKey } from '../../../../scripts/sale/check/rules.ts';

const at = '2026-11-29T12:00:00.000Z';
const later = '2026-11-29T12:00:01.000Z';
const restoredAt = '2026-11-29T12:30:00.000Z';
const trace = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;

function orderOf(key: string, more: Partial<Order> = {}): Order {
  const request = { orderId: idOfKey('ada', key), customer: 'ada', sku: 'lamp', quantity: 2, unitPrice: 100 };
  return { ...placeOrder({ ...request, currency: 'EUR', shardCount: 2 }, at), ...more };
}

/** The rows that are stored after these states: the order, and an event for each state but the first. */
function rowsOf(...states: readonly Order[]): Row[] {
  const last = states.at(-1) ?? orderOf('none');
  const events = states.slice(1).map((order) => ({
    ...eventKey(order.orderId, order.version),
    ...toOrderEvent(order, trace),
  }));
  const open = ['PENDING', 'CONFIRMED', 'FULFILLING'].includes(last.state) ? { open: openValue(last.orderId) } : {};
  return [{ ...orderKey(last.orderId), v: 1, ...last, requestHash: 'a'.repeat(64), ...open }, ...events];
}

const pending = (key: string) => orderOf(key);
const confirmed = (key: string) => confirmOrder(pending(key), [{ shard: 0, quantity: 2 }], later);
const fulfilling = (key: string) => beginFulfilment(confirmed(key), later);
const fulfilled = (key: string) => fulfilOrder(fulfilling(key), later);
const history = (key: string) => [pending(key), confirmed(key), fulfilling(key), fulfilled(key)] as const;

const product = (supplied: number) => ({
  ...productKey('lamp'),
  ...{ sku: 'lamp', name: 'Lamp', unitPrice: 100, currency: 'EUR', version: 1, shardCount: 2, supplied, changedAt: at },
});
const supply = (key: string, quantity: number) => ({ ...supplyKey('lamp', key), v: 1, sku: 'lamp', key, quantity, at });
const shard = (index: number, left: number, allocated: number) => ({ ...stockKey('lamp', index), left, allocated });

const sources = (more: Partial<Sources>): Sources => ({
  orders: [],
  stock: [supply('first-one', 10), shard(0, 5, 5), shard(1, 5, 5)],
  catalog: [product(10)],
  images: { orders: [], catalog: [] },
  book: undefined,
  run: 'r1',
  at: restoredAt,
  ...more,
});

const stateOf = (rows: ReadonlyMap<string, Row>, key: string) =>
  readOrders(rows).find(({ orderId }) => orderId === idOfKey('ada', key))?.state;

describe('orders', () => {
  it('are as before when nothing is damaged: no row changes', () => {
    const orders = [...rowsOf(...history('one')), ...rowsOf(pending('two'))];
    const book = [{ orderId: idOfKey('ada', 'one'), sku: 'lamp', quantity: 2, state: 'accepted' as const }];
    const stock = [supply('first-one', 10), shard(0, 3, 5), shard(1, 5, 5)];
    const { wanted, differences } = reconcile(sources({ orders, book, stock }));
    expect(differences).toEqual([]);
    expect(findChanges(wanted.orders, byName(orders))).toEqual({ puts: [], deletes: [] });
    expect(findChanges(wanted.stock, byName(stock))).toEqual({ puts: [], deletes: [] });
  });

  it('follow the stream, in whatever sequence and however often it gives the images', () => {
    const images = [...rowsOf(...history('one')), ...rowsOf(pending('one')), ...rowsOf(pending('two'))];
    const once = reconcile(sources({ orders: rowsOf(pending('one')), images: { orders: images, catalog: [] } }));
    const twice = [...images].reverse();
    const again = reconcile(sources({ orders: [], images: { orders: [...twice, ...images], catalog: [] } }));
    expect(stateOf(once.wanted.orders, 'one')).toBe('FULFILLED');
    expect(stateOf(once.wanted.orders, 'two')).toBe('PENDING');
    expect(byName(again.wanted.orders.values())).toEqual(byName(once.wanted.orders.values()));
    expect(once.differences).toEqual([]);
  });

  it('ignore an image that is damaged, and replace a damaged row by a readable image', () => {
    const [row] = rowsOf(pending('one'));
    const damaged = { ...row, pk: row?.pk ?? '', quantity: 'two' };
    const images = (orders: readonly Row[]) => ({ images: { orders, catalog: [] } });
    const kept = reconcile(sources({ orders: rowsOf(pending('one')), ...images([{ ...damaged, version: 9 }]) }));
    expect(stateOf(kept.wanted.orders, 'one')).toBe('PENDING');
    const healed = reconcile(sources({ orders: [damaged], ...images(rowsOf(pending('one'))) }));
    expect(stateOf(healed.wanted.orders, 'one')).toBe('PENDING');
    expect(healed.differences).toEqual([]);
  });

  it.each([
    ['the row is behind its events', [rowsOf(pending('one'))[0], ...rowsOf(...history('one')).slice(1)], 0],
    ['the row is lost', rowsOf(...history('one')).slice(1), 1],
    ['the last event is lost', rowsOf(...history('one')).slice(0, 3), 1],
  ])('end as their events say when %s', (_what, rows, mended) => {
    const { wanted, differences } = reconcile(sources({ orders: rows as Row[] }));
    expect(stateOf(wanted.orders, 'one')).toBe('FULFILLED');
    expect([...wanted.orders.keys()].sort()).toEqual(
      rowsOf(...history('one'))
        .map(rowName)
        .sort(),
    );
    expect(differences.filter((one) => one.mended)).toHaveLength(mended);
    expect(differences.filter((one) => !one.mended)).toEqual([]);
  });

  it('name what cannot be mended: events that are lost, a row that is unreadable', () => {
    const [row, , second, third] = rowsOf(...history('one'));
    const behind = [{ ...row, pk: row?.pk ?? '', version: 4 }, ...rowsOf(...history('two')).slice(0, 1)];
    const gap = [second, third].filter((one) => one !== undefined);
    const broken = { ...orderKey(idOfKey('ada', 'three')), nonsense: true };
    const { differences } = reconcile(sources({ orders: [...behind, ...gap, broken] }));
    expect(differences.filter(({ mended }) => !mended).map(({ reason }) => reason)).toEqual([
      'has event 3 after version 1',
      'is at version 4, but its events 2 to 4 are lost',
      'is unreadable in the backup, and the stream has no readable image',
    ]);
  });

  it('keep a supply whose row is unreadable', () => {
    const stock = [{ ...supply('first-one', 10), quantity: 'ten' }, shard(0, 5, 5), shard(1, 5, 5)];
    const { wanted, differences } = reconcile(sources({ stock }));
    expect(wanted.stock.get(stockKey('lamp', 0).pk)).toMatchObject({ left: 5, allocated: 5 });
    expect(differences).toHaveLength(2);
  });

  it('leave the index of open orders when they are final, and are in it before', () => {
    const rows = [...rowsOf(...history('one')).slice(1), ...rowsOf(pending('two'), confirmed('two')).slice(1)];
    const { wanted } = reconcile(sources({ orders: rows }));
    const open = [...wanted.orders.values()].flatMap(({ open: value, pk }) => (value === undefined ? [] : [pk]));
    expect(open).toEqual([orderKey(idOfKey('ada', 'two')).pk]);
  });
});

describe("the partner's book", () => {
  const entry = (key: string, state: 'accepted' | 'refused', more = {}) => ({
    ...{ orderId: idOfKey('ada', key), sku: 'lamp', quantity: 2, state },
    ...more,
  });

  it.each([
    ['PENDING', [pending('one')], 'accepted', 'FULFILLED'],
    ['CONFIRMED', [pending('one'), confirmed('one')], 'accepted', 'FULFILLED'],
    ['FULFILLING', [pending('one'), confirmed('one'), fulfilling('one')], 'accepted', 'FULFILLED'],
    ['PENDING', [pending('one')], 'refused', 'CANCELLED'],
    ['CONFIRMED', [pending('one'), confirmed('one')], 'refused', 'CANCELLED'],
    ['FULFILLING', [pending('one'), confirmed('one'), fulfilling('one')], 'refused', 'CANCELLED'],
  ] as const)('moves an order that is %s and that the partner decided (%#)', (_from, states, decided, end) => {
    const { wanted, differences } = reconcile(sources({ orders: rowsOf(...states), book: [entry('one', decided)] }));
    expect(stateOf(wanted.orders, 'one')).toBe(end);
    expect(differences).toEqual([expect.objectContaining({ mended: true })]);
    const versions = [...wanted.orders.values()].flatMap((row) => (row.order ? [(row.order as Order).version] : []));
    expect(versions.sort()).toEqual([2, 3, 4]);
    const left = [0, 1].map((index) => Number(wanted.stock.get(stockKey('lamp', index).pk)?.left));
    expect(left.reduce((sum, units) => sum + units, 0)).toBe(end === 'FULFILLED' ? 8 : 10);
  });

  it.each([
    ['no other record mentions it', [], entry('one', 'accepted')],
    ['the partner has 3 lamp', rowsOf(...history('one')), entry('one', 'accepted', { quantity: 3 })],
    ['is CANCELLED', rowsOf(pending('one'), cancelOrder(pending('one'), later)), entry('one', 'accepted')],
    ['is REJECTED', rowsOf(pending('one'), rejectOrder(pending('one'), later)), entry('one', 'accepted')],
    ['is FULFILLED', rowsOf(...history('one')), entry('one', 'refused')],
    ['no stock is left', rowsOf(orderOf('one', { quantity: 11 })), entry('one', 'accepted', { quantity: 11 })],
  ])('leaves to an operator: %s', (reason, orders, decision) => {
    const { differences, wanted } = reconcile(sources({ orders, book: [decision] }));
    expect(differences).toContainEqual(
      expect.objectContaining({ reason: expect.stringContaining(reason), mended: false }),
    );
    expect(findChanges(wanted.orders, byName(orders)).puts).toEqual([]);
  });

  it('names a fulfilled order that the partner does not know', () => {
    const { differences } = reconcile(sources({ orders: rowsOf(...history('one')), book: [] }));
    expect(differences).toEqual([
      expect.objectContaining({ reason: expect.stringContaining('has no record of it'), mended: false }),
    ]);
  });

  it('agrees with an order that the partner refused', () => {
    const states = [pending('one'), confirmed('one'), fulfilling('one'), cancelRefused(fulfilling('one'), later)];
    const { differences } = reconcile(sources({ orders: rowsOf(...states), book: [entry('one', 'refused')] }));
    expect(differences).toEqual([]);
  });
});

describe('the stock', () => {
  it('is what was supplied and not sold, whatever the backup says', () => {
    const orders = [...rowsOf(...history('one')), ...rowsOf(pending('two'), confirmed('two'))];
    const { wanted, differences } = reconcile(sources({ orders }));
    expect(wanted.stock.get(stockKey('lamp', 0).pk)).toMatchObject({ left: 1, allocated: 5 });
    expect(wanted.stock.get(stockKey('lamp', 1).pk)).toMatchObject({ left: 5, allocated: 5 });
    expect(differences).toEqual([]);
  });

  it('gets supplies back that only the product knows, and says that their keys are lost', () => {
    const { wanted, differences } = reconcile(sources({ catalog: [product(13)] }));
    expect(wanted.stock.get(supplyKey('lamp', 'restored-r1').pk)).toMatchObject({ quantity: 3, at: restoredAt });
    expect(wanted.stock.get(stockKey('lamp', 0).pk)).toMatchObject({ left: 7, allocated: 7 });
    expect(differences).toEqual([
      expect.objectContaining({ reason: expect.stringContaining('3 units'), mended: true }),
    ]);
  });

  it('raises the total of a product that is older than its supplies', () => {
    const { wanted, differences } = reconcile(sources({ catalog: [product(4)] }));
    expect(wanted.catalog.get(productKey('lamp').pk)).toMatchObject({ supplied: 10 });
    expect(differences).toEqual([expect.objectContaining({ mended: true })]);
  });

  it('names a shard that sold more than it had, and supplies and orders without a product', () => {
    const sold = ['one', 'two', 'three'].flatMap((key) => rowsOf(pending(key), confirmed(key)));
    const oversold = reconcile(sources({ orders: sold }));
    expect(oversold.differences).toEqual([expect.objectContaining({ row: stockKey('lamp', 0).pk, mended: false })]);
    const orphaned = reconcile(sources({ orders: rowsOf(pending('one')), catalog: [] }));
    expect(orphaned.differences.map(({ reason }) => reason)).toEqual([
      'has supplies, but no product',
      'has orders, but no product',
    ]);
    expect(orphaned.wanted.stock.size).toBe(3);
  });

  it('counts what customers hold again', () => {
    const held = { ...confirmed('one'), held: true as const, limitPerCustomer: 4 };
    const stale = { ...holdingKey('lamp', 'bob'), sku: 'lamp', customer: 'bob', units: 3, v: 1 };
    const stock = [supply('first-one', 10), shard(0, 5, 5), shard(1, 5, 5), stale];
    const { wanted } = reconcile(sources({ orders: rowsOf({ ...pending('one'), limitPerCustomer: 4 }, held), stock }));
    expect(wanted.stock.get(holdingKey('lamp', 'ada').pk)).toMatchObject({ units: 2 });
    expect(wanted.stock.get(holdingKey('lamp', 'bob').pk)).toMatchObject({ units: 0 });
  });

  it('takes the newer product from the stream', () => {
    const images = { orders: [], catalog: [{ ...product(10), version: 2, unitPrice: 150 }, product(4)] };
    const { wanted } = reconcile(sources({ images }));
    expect(wanted.catalog.get(productKey('lamp').pk)).toMatchObject({ version: 2, unitPrice: 150, supplied: 10 });
  });
});

describe('the writes', () => {
  it('are those of the rows that differ', () => {
    const [one, two, three] = [shard(0, 1, 1), shard(1, 1, 1), shard(2, 1, 1)];
    const changed = { ...two, left: 0 };
    expect(findChanges(byName([one, changed]), byName([one, two, three]))).toEqual({
      puts: [changed],
      deletes: [three],
    });
  });
});
