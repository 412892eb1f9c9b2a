import { describe, expect, it } from 'vitest';
import type { PatternStats } from '../../../scripts/platform/edge/stats.ts';
import { ageOf, boundOf } from '../../../scripts/sale/answer-age.ts';
import type { Browsed, Browsing } from '../../../scripts/sale/browse.ts';
import { browsingFailures, browsingTable } from '../../../scripts/sale/browse-report.ts';

const change = { status: 200, version: 1, atMs: 10_000, graceMs: 1_000 };
const hit: Browsed = {
  ...{ pattern: '/products*', status: 200, mark: 'Hit', askedAtMs: 9_000, ageSeconds: 3, boundSeconds: 15 },
  version: 1,
};
const zero: PatternStats = {
  ...{ requests: 0, hits: 0, collapsed: 0, stale: 0, revalidated: 0, misses: 0 },
  ...{ passed: 0, answeredHere: 0, failed: 0, originCalls: 0 },
};

/** 100 visitors, of whom the first five waited for the origin, and the sixth saw what was under way. */
function browsing(more: readonly Partial<Browsed>[] = []): Browsing {
  const usual = Array.from({ length: 100 }, (_, i) => ({ ...hit, ...(i < 5 && { mark: 'Miss' }) }));
  const answers = [...usual, ...more.map((one) => ({ ...hit, ...one }))];
  const seen = (mark: string) => answers.filter((one) => one.mark === mark).length;
  const products = { ...zero, hits: seen('Hit') - 1, collapsed: 1, stale: seen('Stale'), misses: seen('Miss') };
  return { answers, change, counted: { '/products*': { ...products, originCalls: 9, passed: 2 } } };
}

describe('the report on browsing', () => {
  it('has nothing to say against 95 % from the cache, none of it too old', () => {
    expect(browsingFailures(browsing())).toEqual([]);
  });

  it('shows calls to the origin without the writes', () => {
    expect(browsingTable(browsing())).toMatch(/\/products\* +│ 100 +│ 95 +│ 0 +│ 5 +│ 0 +│ 0 +│ 7 +│ 0\.9500 +│ 3\.0/);
  });

  it('lets the old price be shown for as long as an invalidation takes', () => {
    expect(browsingFailures(browsing([{ askedAtMs: 11_000 }, { askedAtMs: 11_001, version: 2 }]))).toEqual([]);
  });

  it.each<[string, readonly Partial<Browsed>[], RegExp]>([
    ['one miss too many', [{ mark: 'Miss' }], /hit ratio is 0\.9406/],
    ['an error', [{ status: 503 }], /1 times a visitor got 503/],
    ['an answer older than its bound', [{ ageSeconds: 15.01 }], /1 answers older than allowed: 15\.01 s/],
    ['an age that is no number', [{ ageSeconds: Number.NaN }], /older than allowed/],
    ['the old price too long after', [{ askedAtMs: 11_001 }], /1 times the old price 1000 ms after/],
  ])('fails for %s', (_, more, expected) => {
    expect(browsingFailures(browsing(more))).toEqual([expect.stringMatching(expected)]);
  });

  it('fails when the edge counted otherwise than the visitors saw', () => {
    const one = browsing();
    const counted = { '/products*': { ...zero, hits: 94, misses: 6 } };
    expect(browsingFailures({ ...one, counted })).toEqual([
      '/products*: visitors saw 95 times Hit, the edge counted 94',
      '/products*: visitors saw 5 times Miss, the edge counted 6',
    ]);
  });

  it('fails when an order came out of the cache', () => {
    const one = browsing();
    const counted = { ...one.counted, '/orders*': { ...zero, hits: 1 } };
    expect(browsingFailures({ ...one, counted })).toEqual(['/orders*: an answer came out of the cache']);
  });

  it('fails when the price could not be changed', () => {
    expect(browsingFailures({ ...browsing(), change: { ...change, status: 412 } })).toEqual([
      'the change of the price was answered 412',
    ]);
  });
});

describe('the age of an answer', () => {
  const answer = (headers: Record<string, string>, ms: number, body: unknown = {}) => ({
    ...{ status: 200, headers: new Headers(headers), body, throttled: 0, ms },
  });

  it.each([
    ['none for one that was just made', answer({}, 3_000), 0],
    ['a second more than Age says, because that is cut', answer({ age: '14' }, 0), 15],
    ['without the time that it took', answer({ age: '3' }, 3_500), 0.5],
    ['by its content, where that tells', answer({ age: '0' }, 0, { asOf: new Date(2_000).toISOString() }), 8],
    [
      'none by its content when that was made after the question',
      answer({ age: '3' }, 0, { asOf: new Date(10_400).toISOString() }),
      -0.4,
    ],
  ])('is %s', (_, one, seconds) => {
    expect(ageOf(one, 10_000)).toBe(seconds);
  });

  it.each([
    ['public, max-age=0, s-maxage=5, stale-while-revalidate=10, stale-if-error=60', 15],
    ['public, max-age=31536000, immutable', 31_536_000],
    ['no-store', 0],
  ])('is bound by %s', (control, seconds) => {
    expect(boundOf(new Headers({ 'cache-control': control }))).toBe(seconds);
  });
});
