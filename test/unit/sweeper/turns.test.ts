import fc from 'fast-check';
import { expect, test } from 'vitest';
import { leases } from '../../../functions/adapters/memory/lease.ts';
import { openBuckets } from '../../../functions/domain/open-order.ts';
import { type Order, placeOrder } from '../../../functions/domain/order.ts';
import type { OpenOrders } from '../../../functions/ports/open-orders.ts';
import type { OrderPosition } from '../../../functions/ports/orders.ts';
import { type SweepPorts, sweepStep } from '../../../functions/sweeper/sweep-orders.ts';
import { traceparent } from '../../support/memory-system.ts';

const minute = 60_000;
const hour = 60 * minute;
const [stuckMs, cancellableMs] = [15 * minute, minute];
const start = Date.parse('2026-11-27T09:00:00.000Z');
const idOf = (index: number) => `6c1f1c55-6f0b-5f3e-9c7a-${index.toString(16).padStart(12, '0')}`;

function orderOf(index: number, acceptedMs: number): Order {
  const item = { sku: 'lamp', quantity: 1, unitPrice: 1, currency: 'EUR' as const, shardCount: 1 };
  const order = { ...item, orderId: idOf(index), customer: 'ada' };
  return placeOrder(order, new Date(start + acceptedMs).toISOString());
}

/** Open orders in buckets by turns; its pages may be shorter than was asked for, as on DynamoDB. */
function indexOf(orders: readonly Order[], longestPage: number, onList: () => void): OpenOrders {
  const places = orders.map(({ acceptedAt, orderId }) => ({ acceptedAt, orderId }));
  const place = ({ acceptedAt, orderId }: OrderPosition) => `${acceptedAt} ${orderId}`;
  const sorted = places.toSorted((a, b) => (place(a) < place(b) ? -1 : 1));
  const buckets = Array.from({ length: openBuckets }, (_, bucket) =>
    sorted.filter((_order, index) => index % openBuckets === bucket),
  );
  return {
    async list(bucket, before, limit, after) {
      onList();
      // As DynamoDB demands of a start key.
      if (after) expect(after.acceptedAt < before).toBe(true);
      const all = buckets[bucket] ?? [];
      const found = all.filter((one) => one.acceptedAt < before && (!after || place(one) > place(after)));
      const page = found.slice(0, Math.min(limit, longestPage));
      const next = page.length < found.length ? page.at(-1) : undefined;
      return { orders: page, ...(next && { next }) };
    },
  };
}

/** Sweeps orders that never progress; counts the calls and notes which orders were read and sent. */
function sweepsOf(orders: readonly Order[], longestPage = 100) {
  const rows = new Map(orders.map((order) => [order.orderId, order]));
  const { store, notes } = leases();
  const seen = { lists: 0, read: [] as string[], sent: [] as string[] };
  let now = start;
  const ports: SweepPorts = {
    open: indexOf(orders, longestPage, () => seen.lists++),
    orders: {
      async find(orderId) {
        seen.read.push(orderId);
        return rows.get(orderId);
      },
    },
    queue: { send: async ({ orderId }) => void seen.sent.push(orderId) },
    fulfilments: { send: async ({ order }) => void seen.sent.push(order.orderId) },
    notes,
    clock: { now: () => new Date(now).toISOString() },
    meter: { count: () => {} },
    continueTrace: () => traceparent,
    onSwept: () => {},
    ...{ stuckMs, cancellableMs },
  };
  return async (atMs: number) => {
    now = start + atMs;
    Object.assign(seen, { lists: 0, read: [], sent: [] });
    const lease = await store.take('sweeper', 'one', now, minute);
    while (lease && (await sweepStep(lease, ports)));
    if (lease) await store.release(lease);
    return { ...seen };
  };
}

const turnAges = [1, 1.5, 2, 3, ...Array.from({ length: 100 }, (_, index) => 4 * (index + 1))].map(
  (times) => times * stuckMs,
);

/** A first sweep covers all time before it. */
function idsWithTurn(orders: readonly Order[], fromMs: number, toMs: number): string[] {
  const hasTurn = ({ acceptedAt }: Order) => {
    const acceptedMs = Date.parse(acceptedAt) - start;
    return turnAges.some((age) => fromMs < acceptedMs + age && acceptedMs + age <= toMs);
  };
  return orders.filter(hasTurn).map(({ orderId }) => orderId);
}

const someOrders = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 8 * hour }), fc.integer({ min: 0, max: 20 })), { maxLength: 80 })
  .map((times) => times.map((acceptedMs, index) => orderOf(index, acceptedMs)));
/** Steps of the sweeper's clock: regular runs, missed ones, and a clock that was set back or ahead. */
const clockSteps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 4 * minute, max: 6 * minute }) },
    { weight: 2, arbitrary: fc.integer({ min: -hour, max: 3 * hour }) },
  ),
  { minLength: 1, maxLength: 40 },
);

test('reads exactly the orders that have a turn, each once, and skips none for ever', async () => {
  await fc.assert(
    fc.asyncProperty(someOrders, clockSteps, fc.integer({ min: 1, max: 6 }), async (orders, steps, longestPage) => {
      const sweep = sweepsOf(orders, longestPage);
      let [atMs, sweptMs] = [0, Number.NEGATIVE_INFINITY];
      const allRead = new Set<string>();
      for (const step of steps) {
        atMs += step;
        const { read, lists } = await sweep(atMs);
        const expected = atMs > sweptMs ? idsWithTurn(orders, sweptMs, atMs) : [];
        expect(read.toSorted()).toEqual(expected.toSorted());
        expect(lists).toBeLessThanOrEqual(openBuckets + Math.ceil(orders.length / longestPage));
        for (const orderId of read) allRead.add(orderId);
        sweptMs = Math.max(sweptMs, atMs);
      }
      expect([...allRead].toSorted()).toEqual(idsWithTurn(orders, Number.NEGATIVE_INFINITY, sweptMs).toSorted());
    }),
  );
});

test('an order stuck in its second step is sent at most half its age later, then an hour later', async () => {
  const confirmed = {
    ...orderOf(0, 0),
    state: 'CONFIRMED',
    changedAt: new Date(start + minute).toISOString(),
  } as const;
  const sweep = sweepsOf([confirmed]);
  const sentAt: number[] = [];
  for (let atMs = 0; atMs <= 24 * hour; atMs += minute)
    if ((await sweep(atMs)).sent.length > 0) sentAt.push(atMs / minute);
  // Due after 17 minutes, 32, 62, 122, 242, 482 and 962.
  expect(sentAt).toEqual([23, 45, 120, 180, 300, 540, 1_020]);
});

test('an idle sweep lists each bucket once, also over orders that have no turn', async () => {
  expect(await sweepsOf([])(hour)).toMatchObject({ lists: openBuckets, read: [] });
  const recent = Array.from({ length: 1_000 }, (_, index) => orderOf(index, hour - minute));
  expect(await sweepsOf(recent)(hour)).toMatchObject({ lists: openBuckets, read: [] });
});

test('a sweep in a long outage reads a twelfth of the orders, and skips the others page by page', async () => {
  const orders = Array.from({ length: 24_000 }, (_, index) => orderOf(index, (index * 4 * hour) / 24_000));
  const sweep = sweepsOf(orders);
  await sweep(6 * hour - 5 * minute);
  const { read, lists, sent } = await sweep(6 * hour);
  // All orders are two to six hours old, and an order of that age has a turn each hour.
  expect(read).toHaveLength(24_000 / 12);
  expect(sent.length).toBeLessThanOrEqual(read.length);
  expect(lists).toBeLessThan(24_000 / 100 / 2);
});

test('an order is read nine times in an outage of six hours, and a sweep between the turns lists two pages a bucket', async () => {
  // Accepted within ten minutes.
  const orders = Array.from({ length: 4_000 }, (_, index) => orderOf(index, (index * 10 * minute) / 4_000));
  const sweep = sweepsOf(orders);
  const reads: number[] = [];
  const idleLists = new Set<number>();
  for (let atMs = 5 * minute; atMs <= 6 * hour; atMs += 5 * minute) {
    const { read, lists } = await sweep(atMs);
    reads.push(read.length);
    if (atMs > hour && read.length === 0) idleLists.add(lists);
  }
  const sum = reads.reduce((all, count) => all + count, 0);
  expect(sum / orders.length).toBeCloseTo(9, 2);
  expect([...idleLists]).toEqual([2 * openBuckets]);
});
