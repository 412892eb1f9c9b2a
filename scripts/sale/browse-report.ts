import type { PatternStats } from '../platform/edge/stats.ts';
import { allOf, atLeastOne, type Finding, noneWrong } from '../report/finding.ts';
import type { Section } from '../report/report.ts';
import type { Browsed, Browsing } from './browse.ts';

const minHitRatio = 0.95;

/** Values of X-Cache that visitors saw, with the CDN counters that must match. */
const marks: Readonly<Record<string, readonly (keyof PatternStats)[]>> = {
  Hit: ['hits', 'collapsed'],
  Stale: ['stale'],
  Miss: ['misses'],
  RefreshHit: ['revalidated'],
};

export function browsingSection({ answers, counted, change }: Browsing): Section {
  const groups = [...Map.groupBy(answers, ({ pattern }) => pattern)].sort(([a], [b]) => b.localeCompare(a));
  const row = (name: string, own: readonly Browsed[], calls: number | undefined) => [
    ...[name, own.length, ...Object.keys(marks).map((mark) => count(own, mark))],
    own.filter(({ status }) => status === 304).length,
    calls ?? '-',
    hitRatio(own).toFixed(4),
    own.reduce((oldest, { ageSeconds }) => Math.max(oldest, ageSeconds), 0).toFixed(1),
  ];
  const calls = (pattern: string) => counted && callsToRead(counted[pattern]);
  const rows = groups.map(([pattern, own]) => row(pattern, own, calls(pattern)));
  const sum = counted && groups.reduce((total, [pattern]) => total + callsToRead(counted[pattern]), 0);
  return {
    title: 'Browsing through the CDN (information)',
    table: {
      head: [
        'path',
        'requests',
        'hits',
        'stale',
        'misses',
        'refreshed',
        '304',
        'origin calls',
        'hit ratio',
        'oldest, s',
      ],
      rows: [...rows, row('all', answers, sum)],
    },
    notes: [`price change: ${describePriceChange(answers, change)}`],
  };
}

/** Requirements of browsing: nothing fails, most responses come from the cache, and none is too old. */
export function judgeBrowsing({ asked, patterns, answers, counted, change }: Browsing): Finding[] {
  const wrong = answers.filter(({ status }) => status !== 200 && status !== 304);
  const old = answers.filter(({ ageSeconds, boundSeconds }) => !(ageSeconds <= boundSeconds));
  const late = answers.filter(
    ({ version, askedAtMs }) => isOld(version, change) && askedAtMs > change.atMs + change.graceMs,
  );
  const fresh = answers.filter(({ version }) => version !== undefined && !isOld(version, change));
  const ratio = hitRatio(answers);
  return [
    allOf('pages browsed', answers.length, asked),
    allOf(
      'kinds of pages browsed',
      patterns.filter((one) => answers.some(({ pattern }) => pattern === one)).length,
      patterns.length,
    ),
    noneWrong(
      'responses to visitors',
      answers.length,
      wrong.map(({ pattern, status }) => `${status} (${pattern})`),
    ),
    atLeastOne('responses 304 to visitors', answers.filter(({ status }) => status === 304).length),
    { what: 'hit ratio', measured: ratio.toFixed(4), limit: `at least ${minHitRatio}`, holds: ratio >= minHitRatio },
    noneWrong(
      'age of the responses',
      answers.length,
      old.map((one) => `${one.ageSeconds} s (${one.pattern}, limit ${one.boundSeconds} s)`),
    ),
    { what: 'price change', measured: `status ${change.status}`, limit: '200', holds: change.status === 200 },
    atLeastOne('responses with the new price', fresh.length),
    noneWrong(
      `responses over ${change.graceMs} ms after the price change`,
      answers.filter(({ askedAtMs }) => askedAtMs > change.atMs + change.graceMs).length,
      late.map(({ askedAtMs }) => `the old price after ${askedAtMs - change.atMs} ms`),
    ),
    ...(counted ? judgeCounters(answers, counted) : []),
  ];
}

function judgeCounters(answers: readonly Browsed[], counted: NonNullable<Browsing['counted']>): Finding[] {
  const differing = disagreements(answers, counted);
  return [
    noneWrong("the CDN's counters against what visitors saw", answers.length, differing),
    noneWrong('orders, which no cache may hold', Object.keys(counted).length, cachedOrders(counted)),
  ];
}

function cachedOrders(counted: NonNullable<Browsing['counted']>): string[] {
  return Object.entries(counted)
    .filter(([pattern, { hits, collapsed, stale }]) => pattern.startsWith('/orders') && hits + collapsed + stale > 0)
    .map(([pattern]) => `${pattern}: a response came from the cache`);
}

/** Compares the visitors' X-Cache with the CDN's counters; a difference means that one of them is wrong. */
function disagreements(answers: readonly Browsed[], counted: NonNullable<Browsing['counted']>): string[] {
  return [...Map.groupBy(answers, ({ pattern }) => pattern)].flatMap(([pattern, own]) =>
    Object.entries(marks).flatMap(([mark, counters]) => {
      const edge = counters.reduce((sum, name) => sum + (counted[pattern]?.[name] ?? 0), 0);
      const seen = count(own, mark);
      return seen === edge ? [] : [`${pattern}: visitors saw ${mark} ${seen} times, the CDN counted ${edge}`];
    }),
  );
}

function count(answers: readonly Browsed[], mark: string): number {
  return answers.filter((answer) => answer.mark === mark).length;
}

/** Share of the responses that came from the cache without a new origin request. */
function hitRatio(answers: readonly Browsed[]): number {
  return (count(answers, 'Hit') + count(answers, 'Stale')) / answers.length;
}

/** Origin calls without the writes, which bypass the cache under the same pattern. */
function callsToRead(counts: Readonly<PatternStats> | undefined): number {
  return counts ? counts.originCalls - counts.passed : 0;
}

function isOld(version: number | undefined, change: Browsing['change']): boolean {
  return version !== undefined && version <= change.version;
}

function describePriceChange(answers: readonly Browsed[], change: Browsing['change']): string {
  const shown = answers.filter(({ version }) => version !== undefined);
  const after = ({ askedAtMs }: Browsed) => Math.max(0, askedAtMs - change.atMs);
  const last = shown.filter(({ version }) => isOld(version, change)).reduce((ms, one) => Math.max(ms, after(one)), 0);
  const first = shown
    .filter(({ version }) => !isOld(version, change))
    .reduce((ms, one) => Math.min(ms, after(one)), Infinity);
  const seen = first === Infinity ? 'new price never seen' : `new price first seen ${first} ms after the response`;
  return `${seen}, old price last seen after ${last} ms (at most ${change.graceMs})`;
}
