import { describe, expect, it } from 'vitest';
import { judgeLoad, type LoadResult } from '../../../../scripts/sale/judge/load.ts';
import type { PlacedOrder } from '../../../../scripts/sale/place-orders.ts';
import { accept, offer, settleAll } from '../../../support/actions.ts';
import { memorySystem, snapshotOf } from '../../../support/memory-system.ts';
import { placing as sample } from '../../../support/sales/sample-sale.ts';
import { expectAllSpoilt, expectNamed, type Spoil } from './spoil.ts';

/** Three orders for two units. */
async function goodLoad(): Promise<LoadResult> {
  const system = memorySystem();
  await offer(system, 2, { shards: 2 });
  const keys = ['key-00000000', 'key-00000001', 'key-00000002'];
  const placed: PlacedOrder[] = [];
  for (const idempotencyKey of keys)
    placed.push({ ...(await accept(system, { idempotencyKey })), cancel: false, clickedAt: 0 });
  await settleAll(system);
  const order = { customer: 'ada', sku: 'lamp', quantity: 1, cancel: false } as const;
  return {
    plan: keys.map((key) => ({ ...order, key, repeat: 'never' })),
    placing: { ...sample, posts: 3, placed, statuses: new Map([[202, 3]]), repeated: { 'in parallel': 0, later: 0 } },
    ...{ units: 2, quiet: true, snapshot: snapshotOf(system.state) },
    foreign: { foreignAttempts: 3, foreignAnswers: [] },
  };
}

const good = await goodLoad();
const posts = (spoilt: Partial<LoadResult['placing']>) => ({ placing: { ...good.placing, ...spoilt } });
const stores = (spoilt: Partial<LoadResult['snapshot']>) => ({ snapshot: { ...good.snapshot, ...spoilt } });
const text = Object.fromEntries(judgeLoad(good).map(({ what }) => [what.split(' ')[0], what]));
const { orders, shards, events, sales } = good.snapshot;
const foreign = { foreignAttempts: 3, foreignAnswers: ['order: 200'] };

const spoils: readonly Spoil<LoadResult>[] = [
  [
    'a client that was told nothing',
    posts({ placed: good.placing.placed.slice(1) }),
    ['orders accepted', text.I9 ?? ''],
  ],
  [
    'a post answered 500',
    posts({
      statuses: new Map([
        [202, 2],
        [500, 1],
      ]),
    }),
    ['answers to valid posts'],
  ],
  ['another total than bought', posts({ misstated: ['1 lamp'] }), ['answers that state what was bought']],
  ['an order that is not final', { quiet: false }, ['all orders final and all events counted']],
  ['a dead letter', stores({ deadLetters: [{ step: 'settlement', body: '{}' }] }), ['dead letters']],
  ["another customer's order shown", { foreign }, [text.I6 ?? '']],
  [
    "no attempt to see another customer's order",
    { foreign: { foreignAttempts: 0, foreignAnswers: [] } },
    [text.I6 ?? ''],
  ],
];

describe('a load', () => {
  it.each(spoils)('fails for %s, and says so', (...spoil) => {
    expectNamed(judgeLoad, good, spoil);
  });

  it.each<[string, Partial<LoadResult>, string]>([
    ['fewer orders confirmed than units', { units: 3 }, 'units sold'],
    [
      'no order rejected',
      stores({ orders: orders.map((one) => (one.state === 'REJECTED' ? { ...one, state: 'PENDING' } : one)) }),
      'other orders rejected',
    ],
    ['a product oversold', stores({ products: good.snapshot.products.map((one) => ({ ...one, supplied: 1 })) }), 'I1'],
    ['an order confirmed twice', stores({ events: [...events, ...events] }), 'I2'],
    ['a lost order', stores({ orders: orders.slice(1) }), 'I3'],
    ['a leaked unit', stores({ shards: shards.map((one) => ({ ...one, left: one.left + 1 })) }), 'I4'],
    ['a wrong view', stores({ sales: sales.slice(1) }), 'I5'],
    ['a row against its events', stores({ orders: orders.map((one) => ({ ...one, version: 9 })) }), 'I10'],
    ['a false rejection', stores({ shards: shards.map((one) => ({ ...one, left: 5 })) }), 'I7'],
    ['a holding of nobody', stores({ holdings: [{ sku: 'lamp', customer: 'nobody', units: 1 }] }), 'I11'],
  ])('fails for %s, among others', (_, spoilt, named) => {
    const failing = judgeLoad({ ...good, ...spoilt }).filter(({ holds }) => !holds);
    expect(failing.map(({ what }) => what).join()).toContain(named);
  });

  it('has a failing case for each finding', () => {
    const named = [
      'units sold',
      'other orders rejected',
      text.I1,
      text.I2,
      text.I3,
      text.I4,
      text.I5,
      text.I7,
      text.I10,
      text.I11,
    ];
    expectAllSpoilt(judgeLoad, good, [...spoils, ['', {}, named.map(String)]]);
  });
});
