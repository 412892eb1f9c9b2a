import { describe, expect, it } from 'vitest';
import { soakReport } from '../../../../scripts/lab/soak/report.ts';
import { failuresOf, type SoakResult } from '../../../../scripts/lab/soak/soak.ts';
import { chart, rates } from '../../../../scripts/report/chart.ts';
import type { Snapshot } from '../../../../scripts/sale/check/snapshot.ts';

const good: SoakResult = {
  options: { orders: 1, seed: 1, parallel: 1, killEveryMs: 2_000, visibilityTimeoutSeconds: 35 },
  begunAt: 0,
  seconds: 10,
  placing: {
    placed: [
      {
        ...{ customer: 'ada', key: 'key', orderId: 'one', sku: 'lamp', quantity: 1, unitPrice: 1, total: 1 },
        ...{ currency: 'EUR', acceptedAt: '1970-01-01T00:00:00.000Z', cancel: false, clickedAt: 0 },
      },
    ],
    unanswered: [],
    posts: 1,
    statuses: new Map([[202, 1]]),
    throttled: 0,
    repetitions: 0,
    differing: 0,
    latenciesMs: [5],
    seconds: 1,
  },
  cancels: new Map([[200, 3]]),
  snapshot: {
    products: [],
    shards: [],
    supplies: [],
    orders: [],
    events: [],
    counted: [],
    sales: [],
    deadLetters: [],
  },
  verdicts: [{ id: 'I1', text: 'never oversold', checked: 1, violations: [] }],
  deadLetters: [{ body: '{}', reason: '5 x ThrottlingException' }],
  faults: [{ kind: 'lost', service: 'any', operation: 'any', calls: 20, injected: 1 }],
  kills: [2_000],
  samples: [{ at: 2_000, waiting: 3, memoryMb: 400 }],
};

/** A snapshot with one order that was never settled. */
const pending = (orderId: string): Snapshot => {
  const at = new Date(good.begunAt).toISOString();
  const thing = { customer: 'ada', sku: 'lamp', quantity: 1, unitPrice: 1, currency: 'EUR', shardCount: 1 } as const;
  const order = {
    orderId,
    ...thing,
    state: 'PENDING',
    version: 1,
    allocation: [],
    acceptedAt: at,
    changedAt: at,
  } as const;
  return { ...good.snapshot, orders: [order] };
};

describe('the soak report', () => {
  it('passes a good run, and lists each dead letter with its reason', () => {
    expect(failuresOf(good)).toEqual([]);
    const { text, charts } = soakReport(good);
    expect(text).toContain('All checks passed.');
    expect(text).toContain('5 x ThrottlingException');
    for (const [file, svg] of Object.entries(charts)) {
      expect(text).toContain(`](${file})`);
      expect(svg).not.toMatch(/NaN|undefined/);
    }
  });

  it('counts no order as lost when its client gave up or its dead letter is explained', () => {
    expect(failuresOf({ ...good, snapshot: pending('another') })).toEqual([]);
    const deadLetters = [{ body: '{"orderId":"one"}', reason: 'killed' }];
    expect(failuresOf({ ...good, snapshot: pending('one'), deadLetters })).toEqual([]);
    const options = { ...good.options, orders: 20 };
    const placed = Array.from({ length: 19 }, (_, index) => ({ ...good.placing.placed[0], orderId: String(index) }));
    const almost = { ...good, options, placing: { ...good.placing, placed } } as SoakResult;
    expect(failuresOf(almost)).toEqual([]);
    expect(soakReport(almost).text).toContain('gave up without an answer | 1 |');
  });

  it.each<[string, Partial<SoakResult>, string]>([
    ['a broken invariant', { verdicts: [{ id: 'I4', text: 'leaks', checked: 1, violations: ['sku: 1'] }] }, 'I4'],
    ['an invariant without any check', { verdicts: [{ id: 'I4', text: '', checked: 0, violations: [] }] }, 'I4'],
    ['an unexplained dead letter', { deadLetters: [{ body: 'x', reason: undefined }] }, 'without a reason'],
    [
      'a fault that hit no call',
      { faults: [{ kind: 'lost', service: '', operation: '', calls: 9, injected: 0 }] },
      'lost',
    ],
    ['a run without a killed worker', { kills: [] }, 'no worker'],
    ['cancels that were all too late', { cancels: new Map([[409, 3]]) }, 'no order could be cancelled'],
    ['clients that all gave up', { placing: { ...good.placing, placed: [] } }, '1 of 1'],
    ['an accepted order that is pending', { snapshot: pending('one') }, '1 accepted orders are pending'],
    ['a different answer to a repetition', { placing: { ...good.placing, differing: 2 } }, '2 repetitions'],
  ])('fails for %s', (_, change, named) => {
    const failures = failuresOf({ ...good, ...change });
    expect(failures).toHaveLength(1);
    expect(failures[0]).toContain(named);
    expect(soakReport({ ...good, ...change }).text).toContain('FAILED');
  });
});

describe('a chart', () => {
  it('counts instants per second, by slice', () => {
    expect(rates([1_000, 1_500, 2_900, 7_000], 1_000, 2)).toEqual([
      [1, 1.5],
      [3, 0],
      [5, 0],
      [7, 0.5],
    ]);
  });

  it('draws a line through its points', () => {
    const svg = chart('title', [
      {
        name: 'a',
        color: 'red',
        points: [
          [0, 0],
          [10, 50],
        ],
      },
    ]);
    expect(svg).toContain('points="60.0,190.0 710.0,30.0"');
  });
});
