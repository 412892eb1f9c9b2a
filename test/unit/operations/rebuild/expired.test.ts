import { afterEach, describe, expect, test, vi } from 'vitest';
import { latestEvents, type StoredEvent, toOrderEvent } from '../../../../functions/contracts/order-event.ts';
import { beginFulfilment, confirmOrder, fulfilOrder, placeOrder } from '../../../../functions/domain/order.ts';
import { salesSlot } from '../../../../functions/domain/sales.ts';
import { buildViews, findExpired, readExpired, summarize } from '../../../../scripts/operations/rebuild/expired.ts';
import {
  foldViews,
  rowName,
  toComparableText,
  type ViewRow,
  type Views,
} from '../../../../scripts/operations/rebuild/fold.ts';
import { findGaps } from '../../../../scripts/operations/rebuild/gaps.ts';
import { traceparent } from '../../../support/memory-system.ts';

vi.mock('node:timers/promises', () => ({ setTimeout: async () => {} }));
afterEach(() => void vi.restoreAllMocks());

const dayMs = 86_400_000;
const retention = { days: 40, atMs: Date.parse('2027-06-01T09:00:00.000Z') };
const daysAgo = (days: number) => new Date(retention.atMs - days * dayMs).toISOString();

/** Ids of one slot. */
const idOf = (n: number) => `6c1f1c55-6f0b-5f3e-9c7a-${String(n).padStart(11, '0')}8`;

/** The events of an order that was fulfilled, or is still on its way. */
function history(n: number, acceptedDaysAgo: number, endedDaysAgo?: number): StoredEvent[] {
  const wish = {
    orderId: idOf(n),
    customer: 'ada',
    sku: 'lamp',
    quantity: 2,
    unitPrice: 100,
    currency: 'EUR' as const,
  };
  const order = placeOrder({ ...wish, shardCount: 1 }, daysAgo(acceptedDaysAgo));
  const confirmed = confirmOrder(order, [{ shard: 0, quantity: 2 }], order.acceptedAt);
  const claimed = beginFulfilment(confirmed, order.acceptedAt);
  const states = [
    confirmed,
    claimed,
    ...(endedDaysAgo === undefined ? [] : [fulfilOrder(claimed, daysAgo(endedDaysAgo))]),
  ];
  return states.map((state) => ({
    ...toOrderEvent(state, traceparent),
    expiresAt: Date.parse(state.changedAt) / 1_000 + retention.days * 86_400,
  }));
}

const expiredOrder = history(1, 60, 50);
const slowOrder = history(2, 60, 10);
const openOrder = history(3, 60);
const recentOrder = history(4, 5, 4);
const all = [...expiredOrder, ...slowOrder, ...openOrder, ...recentOrder];
const isKept = ({ expiresAt = 0 }: ViewRow | StoredEvent) => Number(expiresAt) * 1_000 > retention.atMs;
const present = all.filter(isKept);

/** What the projection wrote, without what has expired. */
function live(): Map<string, ViewRow> {
  return new Map([...foldViews(latestEvents(all))].filter(([, row]) => row.expiresAt === undefined || isKept(row)));
}

const [totalName = ''] = [...live().keys()].filter((name) => name.endsWith(' TOTAL'));
const raise = (views: Views, change: Readonly<Record<string, number>>) => {
  const row = views.get(totalName) as ViewRow;
  const raised = Object.fromEntries(Object.entries(change).map(([field, by]) => [field, Number(row[field]) + by]));
  return new Map([...views, [totalName, { ...row, ...raised }]]);
};
const toTexts = (views: Views) =>
  [...views.values()]
    .filter(({ sk }) => !sk.startsWith('MINUTE#2027-04'))
    .map(toComparableText)
    .sort();

/** Answers each read with the next views, then with the last ones. */
function reads(...answers: readonly Views[]) {
  const read = vi.fn(async () => answers[Math.min(read.mock.calls.length - 1, answers.length - 1)] ?? new Map());
  return read;
}

test('the orders of this file share a slot', () =>
  expect(new Set([1, 2, 3, 4, 5].map((n) => salesSlot(idOf(n)))).size).toBe(1));

test('takes what has expired from the totals of the live views', async () => {
  const expired = await readExpired(reads(live()), retention);
  expect(summarize(expired.sums)).toMatchObject({ fulfilledOrders: 1, reservedUnits: 2, revenue: 200 });
  expect(toTexts(buildViews(latestEvents(present), expired))).toEqual(toTexts(live()));
});

test('keeps the guard of an open order without events, until an event replaces it', async () => {
  const expired = await readExpired(reads(live()), retention);
  const name = `ORDER#${idOf(3)} COUNTED`;
  expect(buildViews(latestEvents(present), expired).get(name)).toMatchObject({ version: 3, state: 'FULFILLING' });
  const end = history(3, 60, 0).slice(-1);
  const rebuilt = buildViews(latestEvents([...present, ...end]), expired);
  expect(rebuilt.get(name)).toMatchObject({ version: 4, state: 'FULFILLED' });
  expect(rebuilt.get(totalName)).toMatchObject({ confirmedOrders: 4, fulfilledOrders: 4, reservedUnits: 8 });
});

test('reads a slot again while its orders are counted', async () => {
  const late = foldViews(latestEvents([...all, ...history(5, 0)]));
  const guard = late.get(`ORDER#${idOf(5)} COUNTED`) as ViewRow;
  const after = new Map([...live(), [rowName(guard), guard], [totalName, late.get(totalName) as ViewRow]]);
  // The total was read after the order was counted, and its guard before.
  const torn = new Map([...after].filter(([name]) => name !== rowName(guard)));
  const read = reads(live(), torn, after);
  expect(summarize((await readExpired(read, retention)).sums)).toMatchObject({ confirmedOrders: 1, reservedUnits: 2 });
  expect(read.mock.calls.length).toBeGreaterThan(3);
});

test('gives up when a slot changes in every read', async () => {
  let units = 0;
  const read = async () => raise(live(), { rejectedOrders: units++ });
  await expect(readExpired(read, retention)).rejects.toMatchObject({ code: 'views_busy' });
});

describe('totals that expired orders cannot add up to', () => {
  test.each([
    ['less than the counted orders', { rejectedOrders: -1 }],
    ['expired orders that never ended', { confirmedOrders: 1, reservedUnits: 1 }],
    ['units without an order', { confirmedOrders: -1, fulfilledOrders: -1 }],
    ['fewer units than orders', { reservedUnits: -2 }],
  ])('%s', async (_, change) => {
    const wrong = raise(live(), change);
    expect(findExpired(wrong, retention).has(totalName)).toBe(false);
    await expect(readExpired(reads(wrong), retention)).rejects.toMatchObject({ code: 'totals_wrong' });
  });
});

describe('gaps where events expire', () => {
  const orders = new Set([1, 2, 3, 4].map(idOf));

  test('allows the first events of a slow order', () => expect(findGaps(present, orders, retention)).toEqual([]));

  test('names a first event that cannot have expired', () =>
    expect(findGaps(recentOrder.slice(1), orders, retention)).toEqual([`ORDER#${idOf(4)} EVENT#2 is missing`]));

  test('names an event between others', () =>
    expect(findGaps([...slowOrder.slice(0, 1), ...slowOrder.slice(2)], orders, retention)).toEqual([
      `ORDER#${idOf(2)} EVENT#3 is missing`,
    ]));
});
