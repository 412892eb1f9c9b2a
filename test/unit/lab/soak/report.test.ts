import { describe, expect, it } from 'vitest';
import { judgeSoak } from '../../../../scripts/lab/soak/judge.ts';
import { soakReport } from '../../../../scripts/lab/soak/report.ts';
import type { SoakResult } from '../../../../scripts/lab/soak/soak.ts';
import { sectionsText } from '../../../../scripts/report/report.ts';
import { reportPage } from '../../../../scripts/report/report-page.ts';
import type { PlacedOrder } from '../../../../scripts/sale/place-orders.ts';
import { cancels, placing, plan, snapshot, withState } from '../../../support/sales/sample-sale.ts';
import { expectAllSpoilt, expectNamed, type Spoil } from '../../sale/judge/spoil.ts';

const good: SoakResult = {
  options: { orders: 4, seed: 1, parallel: 1, killEveryMs: 2_000, visibilityTimeoutSeconds: 35 },
  ...{ begunAt: Date.parse('2026-11-21T10:15:00.000Z'), seconds: 10, plan, placing, cancels, snapshot },
  verdicts: [{ id: 'I1', text: 'never oversold', checked: 1, violations: [] }],
  deadLetters: [{ body: '{}', reason: '5 x ThrottlingException', failures: 'five' }],
  faults: [{ kind: 'lost', service: 'any', operation: 'any', calls: 20, injected: 1 }],
  kills: [Date.parse('2026-11-21T10:15:02.000Z')],
  samples: [{ at: Date.parse('2026-11-21T10:15:02.000Z'), waiting: 3, memoryMb: 400 }],
};

const posts = (spoilt: Partial<SoakResult['placing']>) => ({ placing: { ...placing, ...spoilt } });
const agree = 'answers to cancels that agree with the order';
const unexplained = 'dead letters whose receives are not all in the log as faults';
const alike = 'repetitions answered like the first post';

const spoils: readonly Spoil<SoakResult>[] = [
  [
    'a broken invariant',
    { verdicts: [{ id: 'I1', text: 'never oversold', checked: 1, violations: ['sku: 1'] }] },
    ['I1 never oversold'],
  ],
  [
    'an invariant without any check',
    { verdicts: [{ id: 'I1', text: 'never oversold', checked: 0, violations: [] }] },
    ['I1 never oversold'],
  ],
  ['clients that gave up', posts({ placed: placing.placed.slice(0, 3) }), ['orders accepted']],
  [
    'a valid post answered 404',
    posts({
      statuses: new Map([
        [202, 5],
        [404, 1],
      ]),
    }),
    ['last answers to posts'],
  ],
  ['another total than bought', posts({ misstated: ['1 lamp'] }), ['answers that state what was bought']],
  ['no repetition in parallel', posts({ repeated: { 'in parallel': 0, later: 1 } }), ['posts repeated in parallel']],
  ['no repetition later', posts({ repeated: { 'in parallel': 1, later: 0 } }), ['posts repeated later']],
  ['a different answer to a repetition', posts({ differing: 1 }), [alike]],
  [
    'cancels that were not sent',
    { cancels: new Map() },
    ['cancels answered', agree, 'orders cancelled by their customer'],
  ],
  [
    'cancels that were all too late',
    { cancels: new Map([['order-0', 409]]), snapshot: withState(0, 'FULFILLED') },
    ['orders cancelled by their customer'],
  ],
  ['no order fulfilled', { snapshot: withState(1, 'CONFIRMED') }, ['orders fulfilled']],
  ['no order rejected', { snapshot: withState(3, 'CANCELLED') }, ['orders rejected']],
  ['one dead letter too many', { deadLetters: [good.deadLetters, good.deadLetters].flat() }, ['dead letters']],
  [
    'a dead letter without a reason',
    { deadLetters: [{ body: 'x', failures: 'nothing', reason: undefined }] },
    [unexplained],
  ],
  [
    'a fault that hit no call',
    { faults: [{ kind: 'lost', service: '', operation: '', calls: 9, injected: 0 }] },
    ["calls hit by 'lost'"],
  ],
  ['no fault at all', { faults: [] }, ['kinds of faults']],
  ['a run without a killed worker', { kills: [] }, ['workers killed']],
];

describe('the soak report', () => {
  it('passes a good run, and lists each dead letter with its reason', () => {
    const text = reportPage(soakReport(good), new Date());
    expect(text).toContain('✓ All checks passed');
    expect(text).toContain('5 x ThrottlingException');
    expect(text).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('accepts up to one client in ten that gave up', () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ ...placing.placed[3], orderId: `${index}` }) as PlacedOrder);
    const withPlaced = (placed: PlacedOrder[]): SoakResult => ({
      ...good,
      options: { ...good.options, orders: 20 },
      ...posts({ placed }),
    });
    const accepted = (result: SoakResult) => judgeSoak(result).find(({ what }) => what === 'orders accepted')?.holds;
    expect(accepted(withPlaced(many(18)))).toBe(true);
    expect(accepted(withPlaced(many(17)))).toBe(false);
    expect(sectionsText(soakReport(withPlaced(many(19))).sections)).toMatch(/gave up without an answer +│ 1 /);
  });

  it('accepts a cancel whose client gave up', () => {
    const cancelled = { ...good, cancels: new Map([['order-0', 503]]) };
    expect(judgeSoak(cancelled).find(({ what }) => what === agree)?.holds).toBe(true);
  });

  it.each(spoils)('fails for %s, and says so', (...spoil) => {
    expectNamed(judgeSoak, good, spoil);
    expect(reportPage(soakReport({ ...good, ...spoil[1] }), new Date())).toContain('<td class="bad">FAILED</td>');
  });

  it('has a failing case for each finding', () => {
    expectAllSpoilt(judgeSoak, good, spoils);
  });
});
