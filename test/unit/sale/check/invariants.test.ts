import { describe, expect, test } from 'vitest';
import { toOrderEvent } from '../../../../functions/contracts/order-event.ts';
import { beginFulfilment, fulfilOrder, isSold, type Order } from '../../../../functions/domain/order.ts';
import { cancelOwnOrder } from '../../../../functions/intake/cancel-order.ts';
import type { DeadLetter } from '../../../../scripts/sale/check/dead-letter.ts';
import { checkInvariants, holds, type Verdict } from '../../../../scripts/sale/check/invariants.ts';
import type { ClientRecord, Snapshot } from '../../../../scripts/sale/check/snapshot.ts';
import { accept, offer, settleAll } from '../../../support/actions.ts';
import { memorySystem, snapshotOf, traceparent } from '../../../support/memory-system.ts';

/** A sale with a sold-out product, two cancelled orders, and leftover units of another product. */
async function goodSale(): Promise<{ snapshot: Snapshot; clients: ClientRecord }> {
  const system = memorySystem();
  await offer(system, 2, { shards: 2 });
  await offer(system, 5, { sku: 'vase', shards: 2 });
  const accepted = [];
  for (const [i, sku] of ['lamp', 'lamp', 'lamp', 'vase', 'vase'].entries()) {
    const key = `key-0000000${i}`;
    accepted.push(await accept(system, { idempotencyKey: key, sku }));
  }
  await settleAll(system);
  for (const index of [1, 3])
    await cancelOwnOrder({ customer: 'ada', orderId: accepted[index]?.orderId ?? '', traceparent }, system.ports);
  await settleAll(system);
  return { snapshot: snapshotOf(system.state), clients: { accepted, foreignAttempts: 3, foreignAnswers: [] } };
}

const broken = (verdicts: readonly Verdict[]) => verdicts.filter((verdict) => !holds(verdict)).map(({ id }) => id);

test('all invariants hold after a good sale', async () => {
  const { snapshot, clients } = await goodSale();
  expect(broken(checkInvariants(snapshot, clients))).toEqual([]);
});

describe('damage', () => {
  type Damage = (snapshot: Snapshot, clients: ClientRecord) => [Partial<Snapshot>, Partial<ClientRecord>?];
  const damages: [string, Verdict['id'][], Damage][] = [
    [
      'a forgotten supply',
      ['I1', 'I4'],
      ({ products }) => [{ products: products.map((p) => ({ ...p, supplied: 0 })) }],
    ],
    ['a shard below zero', ['I1', 'I4'], ({ shards }) => [{ shards: shards.map((s) => ({ ...s, left: -1 })) }]],
    [
      'two orders for one key',
      ['I2', 'I3'],
      (_, { accepted }) => [
        {},
        { accepted: [...accepted, { ...(accepted[0] as (typeof accepted)[number]), orderId: 'another' }] },
      ],
    ],
    ['an order stored twice', ['I2'], ({ orders }) => [{ orders: [...orders, ...orders.slice(0, 1)] }]],
    ['an order confirmed twice', ['I2'], ({ events }) => [{ events: [...events, ...events.slice(0, 1)] }]],
    ['half a reservation', ['I2', 'I4'], ({ orders }) => [{ orders: orders.map((o) => ({ ...o, allocation: [] })) }]],
    ['a lost order', ['I3', 'I4'], ({ orders }) => [{ orders: orders.slice(1) }]],
    [
      'an order that stays pending',
      ['I3', 'I4', 'I10'],
      ({ orders }) => [{ orders: orders.map((o, i) => (i ? o : { ...o, state: 'PENDING', version: 1 })) }],
    ],
    [
      'a leaked unit',
      ['I4', 'I7'],
      ({ shards }) => [{ shards: shards.map((s, i) => (i ? s : { ...s, left: s.left + 1 })) }],
    ],
    ['a supply without a record', ['I4'], ({ supplies }) => [{ supplies: supplies.slice(1) }]],
    ['a view that missed an event', ['I5'], ({ counted }) => [{ counted: counted.slice(1) }]],
    [
      'a counter counted twice',
      ['I5'],
      ({ sales }) => [{ sales: sales.map((s) => ({ ...s, reservedUnits: s.reservedUnits * 2 })) }],
    ],
    [
      'a view row without events',
      ['I5'],
      ({ sales }) => [{ sales: [...sales, { ...(sales[0] as (typeof sales)[number]), sku: 'ghost' }] }],
    ],
    ["another customer's order shown", ['I6'], () => [{}, { foreignAnswers: ['GET /orders/1 gave 200'] }]],
    ["no attempt to read another customer's order", ['I6'], () => [{}, { foreignAttempts: 0 }]],
    ['a false rejection', ['I4', 'I7'], ({ shards }) => [{ shards: shards.map((s) => ({ ...s, left: s.left + 9 })) }]],
  ];

  test.each(damages)('%s breaks %j', async (_, ids, damage) => {
    const { snapshot, clients } = await goodSale();
    const [worse, seen] = damage(snapshot, clients);
    expect(broken(checkInvariants({ ...snapshot, ...worse }, { ...clients, ...seen }))).toEqual(
      expect.arrayContaining(ids),
    );
  });
});

test.each([
  ['two keys', { key: 'key-00000009' }, 'made one order'],
  ['a key of another id', { key: 'key-00000009' }, 'does not have the id of its key'],
])('tells %s that name one order', async (_, change, text) => {
  const { snapshot, clients } = await goodSale();
  const [first] = clients.accepted;
  const accepted = [...clients.accepted, { ...first, ...change } as (typeof clients.accepted)[number]];
  const verdict = checkInvariants(snapshot, { ...clients, accepted }).find(({ id }) => id === 'I2');
  expect(verdict?.violations).toContainEqual(expect.stringContaining(text));
});

describe('a rejection of a sold-out product', () => {
  /** One unit comes back after the rejection, stamped `earlierMs` before it was stored. */
  async function saleWithReturn(earlierMs: number) {
    const { snapshot, clients } = await goodSale();
    const orders = snapshot.orders.map((order) => {
      const isReturn = order.sku === 'lamp' && order.state === 'CANCELLED';
      return isReturn
        ? { ...order, changedAt: new Date(Date.parse(order.changedAt) - earlierMs).toISOString() }
        : order;
    });
    return { snapshot: { ...snapshot, orders }, clients };
  }
  const falseRejections = async (earlierMs: number, stampedEarlierMs = 0) => {
    const { snapshot, clients } = await saleWithReturn(earlierMs);
    const verdicts = checkInvariants(snapshot, clients, { stampedEarlierMs });
    return verdicts.find(({ id }) => id === 'I7')?.violations.length;
  };

  test('is right when the units came back later', async () => expect(await falseRejections(0)).toBe(0));
  test('is false when they were there before', async () => expect(await falseRejections(60_000)).toBe(1));
  test('is right when they may have been stored later', async () =>
    expect(await falseRejections(2_000, 60_000)).toBe(0));
});

describe("the partner's book", () => {
  type Book = NonNullable<Snapshot['book']>;
  const inState = (snapshot: Snapshot, state: Order['state']) =>
    snapshot.orders.filter((order) => order.state === state);
  /** The same sale after the partner accepted all confirmed orders. */
  async function fulfilledSale() {
    const { snapshot, clients } = await goodSale();
    const handedOver = (before: Order): Order[] => {
      const claimed = beginFulfilment(before, before.changedAt);
      return [claimed, fulfilOrder(claimed, before.changedAt)];
    };
    const moved = new Map(snapshot.orders.filter(isSold).map((order) => [order.orderId, handedOver(order)]));
    const orders = snapshot.orders.map((order) => moved.get(order.orderId)?.at(-1) ?? order);
    const events = [...snapshot.events, ...[...moved.values()].flat().map((order) => toOrderEvent(order, traceparent))];
    const book: Book = inState({ ...snapshot, orders }, 'FULFILLED').map(({ orderId, sku, quantity }) => ({
      ...{ orderId, sku, quantity },
      state: 'accepted',
    }));
    return { snapshot: { ...snapshot, orders, events, book }, clients };
  }
  const brokenAfter = async (change: (book: Book, snapshot: Snapshot) => Partial<Snapshot>) => {
    const { snapshot, clients } = await fulfilledSale();
    return broken(checkInvariants({ ...snapshot, ...change(snapshot.book, snapshot) }, clients));
  };

  test('agrees with the orders', async () => expect(await brokenAfter(() => ({}))).not.toContain('I8'));

  test.each<[string, (book: Book, snapshot: Snapshot) => Partial<Snapshot>]>([
    ['an order that the partner does not know', (book) => ({ book: book.slice(1) })],
    ['an order decided twice', (book) => ({ book: [...book, ...book.slice(0, 1)] })],
    ['another quantity', (book) => ({ book: book.map((entry) => ({ ...entry, quantity: entry.quantity + 1 })) })],
    ['a fulfilled order that it refused', (book) => ({ book: book.map((one) => ({ ...one, state: 'refused' })) })],
    [
      'a cancelled order that it accepted',
      (book, snapshot) => ({
        book: [...book, ...inState(snapshot, 'CANCELLED').map((o) => ({ ...o, state: 'accepted' as const }))],
      }),
    ],
  ])('breaks I8 with %s', async (_, change) => expect(await brokenAfter(change)).toContain('I8'));

  test('breaks I3 when an order was never handed over', async () => {
    const { snapshot, clients } = await goodSale();
    expect(broken(checkInvariants({ ...snapshot, book: [] }, clients))).toContain('I3');
  });
});

describe('a dead letter', () => {
  /** The first order was never settled. */
  async function stuckSale() {
    const { snapshot, clients } = await goodSale();
    const [first, ...others] = snapshot.orders;
    if (!first) throw new Error('the sale has no orders');
    const pending = { ...first, state: 'PENDING' as const, version: 1, allocation: [], changedAt: first.acceptedAt };
    return { snapshot: { ...snapshot, orders: [pending, ...others] }, clients, orderId: first.orderId };
  }
  const request = (orderId: string) => JSON.stringify({ v: 1, orderId, traceparent });

  test('excuses the pending order that it would settle', async () => {
    const { snapshot, clients, orderId } = await stuckSale();
    const deadLetters = [{ step: 'settlement' as const, body: request(orderId) }];
    expect(broken(checkInvariants({ ...snapshot, deadLetters }, clients))).not.toContain('I3');
  });

  test.each<[string, (orderId: string) => DeadLetter]>([
    ['of another step', (orderId) => ({ step: 'fulfilment', body: request(orderId) })],
    ['of another order', () => ({ step: 'settlement', body: request('00000000-0000-5000-8000-000000000000') })],
    ['that has the id only in its text', (orderId) => ({ step: 'settlement', body: `{"note":"see ${orderId}"}` })],
  ])('excuses nothing when it is one %s', async (_, letterOf) => {
    const { snapshot, clients, orderId } = await stuckSale();
    expect(broken(checkInvariants({ ...snapshot, deadLetters: [letterOf(orderId)] }, clients))).toContain('I3');
  });

  test('does not excuse a row that is gone', async () => {
    const { snapshot, clients, orderId } = await stuckSale();
    const deadLetters = [{ step: 'settlement' as const, body: request(orderId) }];
    const gone = { ...snapshot, deadLetters, orders: snapshot.orders.slice(1) };
    expect(broken(checkInvariants(gone, clients))).toContain('I3');
  });
});
