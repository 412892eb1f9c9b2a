import { describe, expect, it, test } from 'vitest';
import type { Browsed, Browsing } from '../../../../scripts/sale/browse.ts';
import type { Verdict } from '../../../../scripts/sale/check/invariants.ts';
import { judgeSale } from '../../../../scripts/sale/judge/sale.ts';
import type { PlacedOrder } from '../../../../scripts/sale/place-orders.ts';
import type { SaleResult } from '../../../../scripts/sale/sale.ts';
import { cancels, placing, plan, snapshot, withState } from '../../../support/sales/sample-sale.ts';
import { expectAllSpoilt, expectNamed, type Spoil } from './spoil.ts';

interface Judged extends SaleResult {
  readonly verdicts: readonly Verdict[];
  readonly peakMb: number;
}

const hit: Browsed = {
  ...{ pattern: '/products*', status: 200, mark: 'Hit', askedAtMs: 9_000, ageSeconds: 3, boundSeconds: 15 },
  version: 1,
};
const pages: readonly Browsed[] = [
  ...Array.from({ length: 96 }, () => hit),
  { ...hit, status: 304 },
  { ...hit, pattern: '/assets/*', version: undefined },
  { ...hit, pattern: '*', version: undefined },
  { ...hit, askedAtMs: 12_000, version: 2 },
];
const stats = (hits: number) => ({
  ...{ requests: hits, hits, collapsed: 0, stale: 0, revalidated: 0, misses: 0 },
  ...{ passed: 0, answeredHere: 0, failed: 0, originCalls: 0 },
});
const counted = { '/products*': stats(98), '/assets/*': stats(1), '*': stats(1), '/orders*': stats(0) };
const change = { status: 200, version: 1, atMs: 10_000, graceMs: 1_000 };
const patterns = ['/products*', '/assets/*', '*'];
const browsing: Browsing = { asked: 100, patterns, answers: pages, change, counted };

const calls = {
  all: 1_000,
  accepted: 970,
  refused: 1,
  failed: 20,
  lost: 10,
  down: 0,
  hung: 0,
  conflicting: 0,
  malformed: 0,
  unsigned: 0,
};
const script = {
  ...{ seed: 1, down: false, latencyMs: { min: 0, max: 0 }, errorShare: 0.03, refuseShare: 0.01, loseShare: 0.02 },
  ...{ hangShare: 0, twiceShare: 0 },
};
const letter = (body: string) => ({ step: 'settlement', body, noted: 'MALFORMED_MESSAGE' }) as const;
const tried = { what: 'a thing', expected: '400 INVALID_REQUEST', got: '400 INVALID_REQUEST' };

const good: Judged = {
  ...{ plan, placing, cancels, quiet: true, browsing },
  badInput: [tried],
  restocks: [tried],
  poisoned: ['poison'],
  snapshot: { ...snapshot, deadLetters: [letter('poison')] },
  clients: { accepted: placing.placed, foreignAttempts: 1, foreignAnswers: [] },
  partner: { script, calls },
  verdicts: [{ id: 'I1', text: 'never oversold', checked: 1, violations: [] }],
  peakMb: 500,
};

const judge = ({ verdicts, peakMb, ...sale }: Judged) => judgeSale(sale, verdicts, peakMb);
const posts = (spoilt: Partial<Judged['placing']>) => ({ placing: { ...placing, ...spoilt } });
const browsed = (spoilt: Partial<Browsing>) => ({ browsing: { ...browsing, ...spoilt } });
/** One page more, which the CDN counted too. */
const onePage = (page: Partial<Browsed>, hits = 99) =>
  browsed({ asked: 101, answers: [...pages, { ...hit, ...page }], counted: { ...counted, '/products*': stats(hits) } });
const ends = (index: number, state: Parameters<typeof withState>[1]) => ({
  snapshot: { ...withState(index, state), deadLetters: [letter('poison')] },
});
const letters = (...deadLetters: string[]) => ({
  snapshot: { ...good.snapshot, deadLetters: deadLetters.map(letter) },
});
const agree = 'answers to cancels that agree with the order';
const cancelled = 'orders cancelled by their customer';
const poison = 'poison messages among the dead letters';
const reason = "poison messages with the worker's reason";
const late = 'responses over 1000 ms after the price change';
const parallel = 'posts repeated in parallel';
const alike = 'repetitions answered like the first post';

const spoils: readonly Spoil<Judged>[] = [
  ['a client that gave up', posts({ placed: placing.placed.slice(0, 3) }), ['orders accepted']],
  [
    'a repetition that made another order',
    posts({ placed: [...placing.placed, { ...placing.placed[2], orderId: 'x' } as PlacedOrder] }),
    ['orders accepted'],
  ],
  [
    'a valid post answered 400',
    posts({
      statuses: new Map([
        [202, 5],
        [400, 1],
      ]),
    }),
    ['answers to valid posts'],
  ],
  ['no answer at all', posts({ statuses: new Map() }), ['answers to valid posts']],
  ['another price than bought', posts({ misstated: ['1 lamp bought'] }), ['answers that state what was bought']],
  ['no repetition in parallel', posts({ repeated: { 'in parallel': 0, later: 1 } }), [parallel]],
  ['no repetition later', posts({ repeated: { 'in parallel': 1, later: 0 } }), ['posts repeated later']],
  [
    'no repetition at all',
    posts({ repeated: { 'in parallel': 0, later: 0 } }),
    [parallel, 'posts repeated later', alike],
  ],
  ['another answer to a repetition', posts({ differing: 1 }), [alike]],
  ['a cancel that was never sent', { cancels: new Map() }, ['cancels answered', agree, cancelled]],
  ['a cancel answered 500', { cancels: new Map([['order-0', 500]]) }, [agree, cancelled]],
  ['a cancel answered 404', { cancels: new Map([['order-0', 404]]) }, [agree, cancelled]],
  ['a cancel answered 409 although nothing forbade it', { cancels: new Map([['order-0', 409]]) }, [agree, cancelled]],
  ['a cancel answered 200 without effect', ends(0, 'FULFILLED'), [agree]],
  ['an order that was not finished', { quiet: false }, ['all orders final and all events counted']],
  ['no order fulfilled', ends(1, 'CONFIRMED'), ['orders fulfilled']],
  ['no order rejected', ends(3, 'FULFILLED'), ['orders rejected, because more was asked for than is in stock']],
  ['bad input answered 404', { badInput: [{ ...tried, got: '404 NOT_FOUND' }] }, ['answers to bad input']],
  [
    'bad input answered for another reason',
    { badInput: [{ ...tried, got: '400 MALFORMED_JSON' }] },
    ['answers to bad input'],
  ],
  ['no bad input', { badInput: [] }, ['answers to bad input']],
  ['a restock answered 503', { restocks: [{ ...tried, got: '503' }] }, ['answers to restocks']],
  ['no restock', { restocks: [] }, ['answers to restocks']],
  ['poison that was swallowed', letters(), [poison, reason]],
  ['poison that came twice', letters('poison', 'poison'), [poison]],
  ['no poison', { ...letters(), poisoned: [] }, [poison, reason]],
  [
    'poison that the queue gave up',
    { snapshot: { ...good.snapshot, deadLetters: [{ step: 'settlement', body: 'poison' }] } },
    [reason],
  ],
  ['a dead order', letters('poison', '{"orderId":"order-1"}'), ['other dead letters']],
  ['a dead order instead of the poison', letters('{"orderId":"order-1"}'), [poison, reason, 'other dead letters']],
  ['a partner without calls', { partner: { script, calls: { ...calls, all: 0 } } }, ['calls to the partner']],
  [
    'a call without a signature',
    { partner: { script, calls: { ...calls, unsigned: 1 } } },
    ['calls that the partner refused for their signature'],
  ],
  [
    'a partner without errors',
    { partner: { script, calls: { ...calls, failed: 0 } } },
    ['calls that the partner answered 503'],
  ],
  [
    'a partner that loses no answer',
    { partner: { script, calls: { ...calls, lost: 0 } } },
    ['calls that the partner booked without an answer'],
  ],
  ['pages that were not browsed', browsed({ asked: 101 }), ['pages browsed']],
  [
    'no assets',
    onePage({}).browsing &&
      browsed({
        answers: pages.map((one) => ({ ...one, pattern: one.pattern === '*' ? '*' : '/products*' })),
        counted: { '/products*': stats(99), '*': stats(1) },
      }),
    ['kinds of pages browsed'],
  ],
  ['a page answered 503', onePage({ status: 503 }), ['responses to visitors']],
  [
    'no page revalidated',
    browsed({ answers: pages.map((one) => ({ ...one, status: 200 })) }),
    ['responses 304 to visitors'],
  ],
  ['an old page', onePage({ ageSeconds: 15.01 }), ['age of the responses']],
  ['an age that is no number', onePage({ ageSeconds: Number.NaN }), ['age of the responses']],
  ['a refused price change', browsed({ change: { ...change, status: 412 } }), ['price change']],
  [
    'a new price that nobody sees',
    browsed({ answers: pages.map((one) => ({ ...one, version: 1 })) }),
    ['responses with the new price', late],
  ],
  ['the old price for too long', onePage({ askedAtMs: 11_001 }), [late]],
  [
    'an order from the cache',
    browsed({ counted: { ...counted, '/orders*': stats(1) } }),
    ['orders, which no cache may hold'],
  ],
  [
    'counters that disagree',
    browsed({ counted: { ...counted, '/products*': stats(97) } }),
    ["the CDN's counters against what visitors saw"],
  ],
  [
    'a broken invariant',
    { verdicts: [{ id: 'I1', text: 'never oversold', checked: 1, violations: ['lamp'] }] },
    ['I1 never oversold'],
  ],
  [
    'an invariant without any check',
    { verdicts: [{ id: 'I1', text: 'never oversold', checked: 0, violations: [] }] },
    ['I1 never oversold'],
  ],
  ['too much memory', { peakMb: 2_049 }, ['peak memory of the platform']],
];

describe('a sale', () => {
  it.each(spoils)('fails for %s, and says so', (...spoil) => {
    expectNamed(judge, good, spoil);
  });

  it('fails for a hit ratio below the limit', () => {
    const misses = Array.from({ length: 6 }, () => ({ ...hit, mark: 'Miss' }));
    const products = { ...stats(98), misses: 6 };
    const spoilt = browsed({
      asked: 106,
      answers: [...pages, ...misses],
      counted: { ...counted, '/products*': products },
    });
    expectNamed(judge, good, ['', spoilt, ['hit ratio']]);
  });

  it('asks for no assets of a project without the storefront', () => {
    const answers = pages.map((one) => ({ ...one, pattern: one.pattern === '*' ? '*' : '/products*' }));
    const own = { patterns: ['/products*', '*'], answers, counted: { '/products*': stats(99), '*': stats(1) } };
    expect(judge({ ...good, ...browsed(own) }).filter(({ holds }) => !holds)).toEqual([]);
  });

  test('has a failing case for each finding', () => {
    expectAllSpoilt(judge, good, [...spoils, ['', {}, ['hit ratio']]]);
  });

  it('lets the partner decide on an order whose cancel came too late', () => {
    const late = { ...good, cancels: new Map([['order-0', 409]]) };
    const refused = { orderId: 'order-0', sku: 'lamp', quantity: 1, state: 'refused' } as const;
    const findings = judge({ ...late, snapshot: { ...good.snapshot, book: [refused] } });
    expect(findings.find(({ what }) => what === agree)?.holds).toBe(true);
  });

  it('expects no cancelled order where all were rejected before', () => {
    const rejected = { ...good, ...ends(0, 'REJECTED'), cancels: new Map([['order-0', 409]]) };
    expect(judge(rejected).filter(({ holds }) => !holds)).toEqual([]);
  });

  it('expects a fault of the partner only where the calls are enough to see one', () => {
    const few = { ...good, partner: { script, calls: { ...calls, all: 100, failed: 0, lost: 0 } } };
    expect(judge(few).filter(({ holds }) => !holds)).toEqual([]);
  });
});

test.each([
  ['told', 'LIMIT_REACHED', true],
  ['not told', 'SOLD_OUT', false],
  ['not asked', undefined, false],
] as const)('judges whether customers above a limit were %s', (_, reason, right) => {
  const [product] = snapshot.products;
  const orders = snapshot.orders.map((order, index) => ({
    ...order,
    customer: 'ada',
    state: index < 2 || reason ? (['FULFILLED', 'CANCELLED', 'CANCELLED', 'REJECTED'] as const)[index] : 'FULFILLED',
    ...(index === 3 && reason && { reason }),
  })) as typeof snapshot.orders;
  const products = product ? [{ ...product, supplied: 9, limitPerCustomer: 1 }] : [];
  const findings = judge({ ...good, snapshot: { ...good.snapshot, products, orders } });
  const found = findings.find(({ what }) => what === 'customers above a limit, who were told');
  expect(found?.holds).toBe(right);
});
