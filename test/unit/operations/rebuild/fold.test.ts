import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { latestEvents, type OrderEvent, toOrderEvent } from '../../../../functions/contracts/order-event.ts';
import { cancelOrder, confirmOrder, placeOrder, rejectOrder } from '../../../../functions/domain/order.ts';
import { countEvent } from '../../../../functions/projection/count-event.ts';
import {
  buildExpectedViews,
  compareViews,
  foldViews,
  toComparableText,
  type ViewRow,
  type Views,
} from '../../../../scripts/operations/rebuild/fold.ts';
import { findGaps } from '../../../../scripts/operations/rebuild/gaps.ts';
import { liveRows } from '../../../../scripts/sale/check/generations.ts';
import { memorySystem, snapshotOf, traceparent } from '../../../support/memory-system.ts';

const at = '2026-11-27T09:00:30.000Z';
const idOf = (n: number) => `6c1f1c55-6f0b-5f3e-9c7a-${String(n).padStart(12, '0')}`;

/** The events of one order: a confirmation, a rejection, or a confirmation and a cancel. */
function history(n: number, end: 'confirmed' | 'rejected' | 'cancelled'): OrderEvent[] {
  const sku = n % 2 ? 'lamp' : 'vase';
  const order = placeOrder(
    { orderId: idOf(n), customer: 'ada', sku, quantity: (n % 3) + 1, unitPrice: 100, currency: 'EUR', shardCount: 1 },
    at,
  );
  if (end === 'rejected') return [toOrderEvent(rejectOrder(order, at), traceparent)];
  const confirmed = confirmOrder(order, [{ shard: 0, quantity: order.quantity }], at);
  const first = toOrderEvent(confirmed, traceparent);
  return end === 'confirmed' ? [first] : [first, toOrderEvent(cancelOrder(confirmed, at), traceparent)];
}

const ends = fc.array(fc.constantFrom('confirmed', 'rejected', 'cancelled'), { minLength: 1, maxLength: 20 });
const fold = (events: readonly OrderEvent[]) => foldViews(latestEvents(events));
const toTexts = (views: Views) => [...views.values()].map(toComparableText).sort();

test('the fold equals what the projection counts, in any order and with repetitions', async () => {
  await fc.assert(
    fc.asyncProperty(ends, fc.infiniteStream(fc.nat()), async (chosen, random) => {
      const events = chosen.flatMap((end, n) => history(n, end));
      const replay = [...events, ...events]
        .map((event) => ({ event, place: random.next().value as number }))
        .sort((a, b) => a.place - b.place)
        .map(({ event }) => event);
      expect(toTexts(fold(replay))).toEqual(toTexts(fold(events)));

      const { state, ports } = memorySystem();
      for (const event of replay) await countEvent(event, ports);
      const { counted, sales } = snapshotOf(state);
      const rows = [...fold(events).values()];
      const sum = (field: string) =>
        rows.filter(({ sk }) => sk === 'TOTAL').reduce((total, row) => total + Number(row[field]), 0);
      expect(rows.filter(({ sk }) => sk === 'COUNTED')).toHaveLength(counted.length);
      for (const field of ['confirmedOrders', 'rejectedOrders', 'cancelledOrders', 'reservedUnits', 'revenue'] as const)
        expect(sum(field)).toBe(
          sales.filter(({ period }) => period === 'TOTAL').reduce((total, row) => total + row[field], 0),
        );
    }),
  );
});

describe('compareViews', () => {
  const wanted = fold([...history(1, 'confirmed'), ...history(2, 'cancelled')]);
  const now = Date.parse(at);
  const change = (work: (rows: Map<string, ViewRow>) => void) => {
    const rows = new Map(wanted);
    work(rows);
    return [...compareViews(wanted, rows, now)];
  };
  const [counted = ''] = [...wanted.keys()].filter((name) => name.endsWith('COUNTED'));
  const [total = ''] = [...wanted.keys()].filter((name) => name.endsWith('TOTAL'));
  const [minute = ''] = [...wanted.keys()].filter((name) => name.includes('MINUTE'));
  const row = (name: string) => wanted.get(name) as ViewRow;

  test('finds nothing in equal views', () => expect(change(() => {})).toEqual([]));
  test('finds a missing row', () => expect(change((rows) => rows.delete(counted))).toEqual([counted]));
  test('finds an extra row', () =>
    expect(change((rows) => rows.set('ghost COUNTED', { pk: 'ghost', sk: 'COUNTED' }))).toEqual(['ghost COUNTED']));
  test('finds a wrong counter', () =>
    expect(change((rows) => rows.set(total, { ...row(total), revenue: 7 }))).toEqual([total]));
  test('ignores another span of the same trace', () =>
    expect(
      change((rows) =>
        rows.set(counted, { ...row(counted), traceparent: traceparent.replace(/-b7.*-/, '-00f067aa0ba902b7-') }),
      ),
    ).toEqual([]));
  test('ignores a missing minute only after it expires', () => {
    const rows = new Map(wanted);
    rows.delete(minute);
    expect([...compareViews(wanted, rows, now)]).toEqual([minute]);
    expect([...compareViews(wanted, rows, now + 31 * 86_400_000)]).toEqual([]);
  });
});

test("an uncounted event differs only in its order's row, and a wrong sum is reported as well", () => {
  const before = [...history(1, 'confirmed'), ...history(2, 'confirmed')];
  const events = [...before, ...history(1, 'cancelled').slice(1), ...history(4, 'rejected')];
  const found = fold(before);
  const late = [1, 4].map((n) => `ORDER#${idOf(n)} COUNTED`);
  const differences = (views: Views) =>
    [...compareViews(buildExpectedViews(events, views), views, Date.parse(at))].sort();
  expect(differences(found)).toEqual(late);
  const [[name, row] = ['', {} as ViewRow]] = [...found].filter(([, { sk }]) => sk === 'TOTAL');
  expect(differences(new Map([...found, [name, { ...row, revenue: 7 }]]))).toEqual([...late, name].sort());
});

test('liveRows returns only rows of the live generation', () => {
  const rows = [
    { pk: 'ORDER#1', n: 1 },
    { pk: 'gabc#ORDER#1', n: 2 },
    { pk: 'gxyz#SALES#lamp#0', n: 3 },
  ];
  expect(liveRows(rows)).toEqual([{ pk: 'ORDER#1', n: 1 }]);
  expect(liveRows([...rows, { pk: 'VIEWS', generation: 'gabc' }])).toEqual([{ pk: 'ORDER#1', n: 2 }]);
});

describe('gaps', () => {
  const events = history(1, 'cancelled');
  const all = new Set([idOf(1)]);

  test('finds none in whole histories', () => expect(findGaps([...events, ...events], all)).toEqual([]));

  test('names an event that is missing before the last one', () =>
    expect(findGaps(events.slice(1), all)).toEqual([`ORDER#${idOf(1)} EVENT#2 is missing`]));

  test('names an order that has events and no row', () =>
    expect(findGaps(events, new Set())).toEqual([`ORDER#${idOf(1)} ORDER is missing`]));
});
