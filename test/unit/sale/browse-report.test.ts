import { describe, expect, it } from 'vitest';
import type { PatternStats } from '../../../scripts/platform/edge/stats.ts';
import { describeFailures } from '../../../scripts/report/finding.ts';
import { sectionsText } from '../../../scripts/report/report.ts';
import { ageOf, boundOf } from '../../../scripts/sale/answer-age.ts';
import type { Browsed, Browsing } from '../../../scripts/sale/browse.ts';
import { browsingSection, judgeBrowsing } from '../../../scripts/sale/browse-report.ts';

const change = { status: 200, version: 1, atMs: 10_000, graceMs: 1_000 };
const hit: Browsed = {
  ...{ pattern: '/products*', status: 200, mark: 'Hit', askedAtMs: 9_000, ageSeconds: 3, boundSeconds: 15 },
  version: 1,
};
const zero: PatternStats = {
  ...{ requests: 0, hits: 0, collapsed: 0, stale: 0, revalidated: 0, misses: 0 },
  ...{ passed: 0, answeredHere: 0, failed: 0, originCalls: 0 },
};

/** 100 requests: the first five are misses, and the sixth is collapsed into one of them. */
function browsing(more: readonly Partial<Browsed>[] = []): Browsing {
  const usual = Array.from({ length: 100 }, (_, i) => ({ ...hit, ...(i < 5 && { mark: 'Miss' }) }));
  const answers = [...usual, ...more.map((one) => ({ ...hit, ...one }))];
  const seen = (mark: string) => answers.filter((one) => one.mark === mark).length;
  const products = { ...zero, hits: seen('Hit') - 1, collapsed: 1, stale: seen('Stale'), misses: seen('Miss') };
  return {
    asked: answers.length,
    patterns: ['/products*'],
    answers,
    change,
    counted: { '/products*': { ...products, originCalls: 9, passed: 2 } },
  };
}

describe('the report on browsing', () => {
  it('shows origin calls without the writes', () => {
    expect(sectionsText([browsingSection(browsing())])).toMatch(
      /\/products\* +│ 100 +│ 95 +│ 0 +│ 5 +│ 0 +│ 0 +│ 7 +│ 0\.9500 +│ 3\.0/,
    );
  });

  it('accepts the old price for as long as an invalidation takes', () => {
    const late = judgeBrowsing(browsing([{ askedAtMs: 11_000 }, { askedAtMs: 11_001, version: 2 }]));
    expect(late.find(({ what }) => what.includes('after the price change'))).toMatchObject({ holds: true });
  });

  it.each<[string, readonly Partial<Browsed>[], RegExp]>([
    ['one miss too many', [{ mark: 'Miss' }], /hit ratio: 0\.9406/],
    ['an error', [{ status: 503 }], /1 wrong, the first: 503/],
    ['a response older than its limit', [{ ageSeconds: 15.01 }], /the first: 15\.01 s/],
    ['the old price after the limit', [{ askedAtMs: 11_001 }], /1 wrong, the first: the old price after 1001 ms/],
  ])('names %s', (_, more, expected) => {
    expect(describeFailures(judgeBrowsing(browsing(more))).join()).toMatch(expected);
  });
});

describe('the age of a response', () => {
  const answer = (headers: Record<string, string>, ms: number, body: unknown = {}) => ({
    ...{ status: 200, headers: new Headers(headers), body, throttled: 0, ms },
  });

  it.each([
    ['0 without an Age header', answer({}, 3_000), 0],
    ['one second more than Age, which is truncated', answer({ age: '14' }, 0), 15],
    ['reduced by the duration of the request', answer({ age: '3' }, 3_500), 0.5],
    ['taken from asOf in the body', answer({ age: '0' }, 0, { asOf: new Date(2_000).toISOString() }), 8],
    [
      'negative when asOf is later than the request',
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
  ])('is limited by %s', (control, seconds) => {
    expect(boundOf(new Headers({ 'cache-control': control }))).toBe(seconds);
  });
});
