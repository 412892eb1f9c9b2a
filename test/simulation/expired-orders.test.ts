import { describe, expect, test } from 'vitest';
import { toOrderEvent } from '../../functions/contracts/order-event.ts';
import {
  beginFulfilment,
  cancelOrder,
  cancelRefused,
  confirmOrder,
  fulfilOrder,
  type Order,
  placeOrder,
  rejectOrder,
} from '../../functions/domain/order.ts';
import { hashRequest } from '../../functions/intake/place-order.ts';
import { countEvent } from '../../functions/projection/count-event.ts';
import type { Item } from '../../scripts/dynamodb/expressions.ts';
import { checkInvariants, holds } from '../../scripts/sale/check/invariants.ts';
import type { Retention } from '../../scripts/sale/check/retention.ts';
import { idOfKey, slotOf } from '../../scripts/sale/check/rules.ts';
import type { AcceptedRecord, BookEntry, ClientRecord, Snapshot } from '../../scripts/sale/check/snapshot.ts';
import { traceparent } from '../support/memory-system.ts';
import { dynamodbStores } from './dynamodb-stores.ts';

const dayMs = 86_400_000;
const now = Date.parse('2027-06-01T09:00:00.000Z');
const retention: Retention = { days: 40, atMs: now };
const daysAgo = (days: number) => new Date(now - days * dayMs).toISOString();

/** One order: days ago of its acceptance and of each transition. */
interface Life {
  readonly acceptedDaysAgo: number;
  readonly steps: readonly [move: keyof typeof moves, daysAgo: number][];
}

const moves = {
  confirm: (order: Order, at: string) => confirmOrder(order, [{ shard: 0, quantity: order.quantity }], at),
  reject: (order: Order, at: string) => rejectOrder(order, at),
  cancel: cancelOrder,
  begin: beginFulfilment,
  fulfil: fulfilOrder,
  refuse: cancelRefused,
};

const fulfilled = (first: number, end: number): Life => ({
  acceptedDaysAgo: first,
  steps: [
    ['confirm', first],
    ['begin', first],
    ['fulfil', end],
  ],
});

const lives = {
  expired: fulfilled(50, 45),
  alsoExpired: fulfilled(60, 41),
  cancelledLongAgo: {
    acceptedDaysAgo: 50,
    steps: [
      ['confirm', 50],
      ['cancel', 49],
    ],
  },
  /** Only its end is left. */
  slow: fulfilled(50, 20),
  refusedLate: {
    acceptedDaysAgo: 50,
    steps: [
      ['confirm', 50],
      ['begin', 50],
      ['refuse', 3],
    ],
  },
  /** Nothing but its row and its guard is left. */
  waiting: {
    acceptedDaysAgo: 50,
    steps: [
      ['confirm', 50],
      ['begin', 48],
    ],
  },
  recent: fulfilled(10, 9),
  rejected: { acceptedDaysAgo: 5, steps: [['reject', 5]] },
} as const satisfies Readonly<Record<string, Life>>;

type Name = keyof typeof lives;
const names = Object.keys(lives) as Name[];
const idOf = (name: Name) => idOfKey('ada', `key-of-${name}`);

async function openScene() {
  const system = dynamodbStores(retention);
  const { ports, tables } = system;
  const product = {
    ...{ sku: 'lamp', name: 'Lamp', unitPrice: 10, currency: 'EUR' as const, version: 1 },
    ...{ shardCount: 1, supplied: 0, limitPerCustomer: 99, changedAt: daysAgo(90) },
  };
  await ports.products.create(product);
  await ports.stock.supply({ sku: 'lamp', key: 'first-supply', quantity: 11, at: daysAgo(90) }, [
    { shard: 0, quantity: 11 },
  ]);
  const accepted: AcceptedRecord[] = [];
  const book: BookEntry[] = [];
  for (const name of names) {
    const { acceptedDaysAgo, steps }: Life = lives[name];
    const wish = {
      orderId: idOf(name),
      customer: 'ada',
      sku: 'lamp',
      quantity: 2,
      unitPrice: 10,
      currency: 'EUR' as const,
    };
    let order = placeOrder({ ...wish, shardCount: 1, limitPerCustomer: 99 }, daysAgo(acceptedDaysAgo));
    await ports.orders.create({ order, requestHash: hashRequest(wish) });
    accepted.push({ ...wish, total: 20, acceptedAt: order.acceptedAt, key: `key-of-${name}` });
    for (const [move, ago] of steps) {
      const after = moves[move](order, daysAgo(ago));
      expect(await ports.ledger.commit({ before: order, after, event: toOrderEvent(after, traceparent) })).toBe(
        'committed',
      );
      order = after;
      if (move === 'fulfil' || move === 'refuse')
        book.push({
          orderId: wish.orderId,
          sku: 'lamp',
          quantity: 2,
          state: move === 'fulfil' ? 'accepted' : 'refused',
        });
    }
    await system.drain((event) => countEvent(event, { ...ports, meter: { count: () => {} }, pause: async () => {} }));
  }
  const body = JSON.stringify({ v: 1, traceparent, order: { orderId: idOf('waiting') } });
  const clients: ClientRecord = {
    accepted,
    cancels: [idOf('cancelledLongAgo')],
    foreignAttempts: 1,
    foreignAnswers: [],
  };
  const snapshot = (): Snapshot => ({
    ...{ ...system.stores(), book },
    deadLetters: [{ step: 'fulfilment', body, noted: 'PARTNER_UNREACHABLE' }],
  });
  return { tables, clients, snapshot, book };
}

type Scene = Awaited<ReturnType<typeof openScene>>;

function findBroken({ snapshot, clients }: Scene): string[] {
  return checkInvariants(snapshot(), clients)
    .filter((verdict) => !holds(verdict))
    .flatMap(({ id, violations }) => violations.map((text) => `${id} ${text}`));
}

const rowsOf = ({ tables }: Scene, table: string) => tables.rows.get(table) as Map<string, Item>;

function change(scene: Scene, table: string, name: string, make: (row: Item) => Item): void {
  const row = rowsOf(scene, table).get(name);
  if (!row) throw new Error(`there is no row ${name} in ${table}`);
  rowsOf(scene, table).set(name, make(row));
}

function remove(scene: Scene, table: string, name: string): void {
  if (!rowsOf(scene, table).delete(name)) throw new Error(`there is no row ${name} in ${table}`);
}

const expiryOf = ({ expiresAt = Number.POSITIVE_INFINITY }: Item) => Number(expiresAt) * 1_000;
const total = (name: Name) => `SALES#lamp#${slotOf(idOf(name))} TOTAL`;
const more = (field: string, units: number) => (row: Item) => ({ ...row, [field]: Number(row[field]) + units });
const aDayLess = ({ expiresAt, ...row }: Item) => ({ ...row, expiresAt: Number(expiresAt) - 86_400 });

describe('orders that have expired', () => {
  test('break nothing, whether or not the store has deleted their rows', async () => {
    const scene = await openScene();
    expect(findBroken(scene)).toEqual([]);
    for (const table of ['orders', 'views'])
      for (const [name, row] of [...rowsOf(scene, table)]) if (expiryOf(row) <= now) remove(scene, table, name);
    expect(findBroken(scene)).toEqual([]);
    const left = (sk: string) =>
      [...rowsOf(scene, 'orders').values()].filter((row) => String(row.sk).startsWith(sk)).length;
    expect([left('ORDER'), left('EVENT')]).toEqual([5, 1 + 1 + 3 + 1]);
    expect([...rowsOf(scene, 'views').values()].filter(({ sk }) => sk === 'COUNTED')).toHaveLength(5);
  });

  test.each<[string, string, (scene: Scene) => void]>([
    ['I3', 'an order that is gone before its time', (scene) => forget(scene, 'recent')],
    ['I10', 'an event that is gone before its time', (s) => remove(s, 'orders', `ORDER#${idOf('recent')} EVENT#2`)],
    ['I10', 'the last event of an order', (s) => remove(s, 'orders', `ORDER#${idOf('slow')} EVENT#4`)],
    ['I10', 'the row of an order', (s) => remove(s, 'orders', `ORDER#${idOf('slow')} ORDER`)],
    ['I5', 'a guard that is gone before its time', (s) => remove(s, 'views', `ORDER#${idOf('slow')} COUNTED`)],
    ['I5', 'the guard of an open order', (s) => remove(s, 'views', `ORDER#${idOf('waiting')} COUNTED`)],
    ['I4', 'a unit too many in a total', (s) => change(s, 'views', total('expired'), more('reservedUnits', 1))],
    ['I4', 'a unit too few in a total', (s) => change(s, 'views', total('expired'), more('reservedUnits', -1))],
    ['I5', 'an order too many in a total', (s) => change(s, 'views', total('expired'), more('confirmedOrders', 1))],
    ['I5', 'an order too few in a total', (s) => change(s, 'views', total('expired'), more('cancelledOrders', -9))],
    ['I5', 'a minute of present orders', (s) => change(s, 'views', minuteOf(s), more('rejectedOrders', 1))],
    ['I4', 'a unit of an expired order back on the shelf', (s) => change(s, 'stock', 'STOCK#lamp#0', more('left', 1))],
    ['I4', 'a lost unit', (s) => change(s, 'stock', 'STOCK#lamp#0', more('left', -1))],
    ['I11', 'a holding of less than its orders', (s) => change(s, 'stock', 'HOLDING#lamp#ada', more('units', -5))],
    ['I11', 'a holding of more than the expired', (s) => change(s, 'stock', 'HOLDING#lamp#ada', more('units', 1))],
    ['I10', 'an order that expires early', (s) => change(s, 'orders', `ORDER#${idOf('recent')} ORDER`, aDayLess)],
    ['I10', 'an event that expires early', (s) => change(s, 'orders', `ORDER#${idOf('recent')} EVENT#3`, aDayLess)],
    ['I10', 'a guard that expires early', (s) => change(s, 'views', `ORDER#${idOf('recent')} COUNTED`, aDayLess)],
    [
      'I10',
      'an open order that expires',
      (s) => change(s, 'orders', `ORDER#${idOf('waiting')} ORDER`, (row) => ({ ...row, expiresAt: now / 1_000 + 9 })),
    ],
    [
      'I10',
      'an ended order that never expires',
      (s) => change(s, 'orders', `ORDER#${idOf('slow')} ORDER`, ({ expiresAt: _, ...row }) => row),
    ],
    [
      'I8',
      'an order of the partner that never existed',
      ({ book }) => book.push({ orderId: idOfKey('ada', 'none'), sku: 'lamp', quantity: 2, state: 'accepted' }),
    ],
  ])('break %s with %s', async (breaks, _, spoil) => {
    const scene = await openScene();
    spoil(scene);
    expect(findBroken(scene).filter((text) => text.startsWith(`${breaks} `))).not.toEqual([]);
  });
});

/** Everything about an order: its units look like those of an expired one. */
function forget(scene: Scene, name: Name): void {
  for (const table of ['orders', 'views'])
    for (const row of [...rowsOf(scene, table).keys()])
      if (row.startsWith(`ORDER#${idOf(name)} `)) remove(scene, table, row);
}

function minuteOf(scene: Scene): string {
  const minute = lives.rejected.acceptedDaysAgo;
  const found = [...rowsOf(scene, 'views').keys()].find((name) =>
    name.endsWith(`MINUTE#${daysAgo(minute).slice(0, 16)}`),
  );
  return found ?? '';
}
