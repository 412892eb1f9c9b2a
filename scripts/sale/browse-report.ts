import type { PatternStats } from '../platform/edge/stats.ts';
import { table } from '../report/table.ts';
import type { Browsed, Browsing } from './browse.ts';

export const leastHitRatio = 0.95;

/** What visitors saw of X-Cache, and which counters of the edge must say the same. */
const marks: Readonly<Record<string, readonly (keyof PatternStats)[]>> = {
  Hit: ['hits', 'collapsed'],
  Stale: ['stale'],
  Miss: ['misses'],
  RefreshHit: ['revalidated'],
};

export function browsingTable({ answers, counted, change }: Browsing): string {
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
  const made = table(
    [...rows, row('all', answers, sum)],
    ['path', 'requests', 'hits', 'stale', 'misses', 'refreshed', '304', 'origin calls', 'hit ratio', 'oldest, s'],
  );
  return `${made}\nthe changed price: ${sightings(answers, change)}`;
}

/** Everything that is not as it must be. */
export function browsingFailures({ answers, counted, change }: Browsing): string[] {
  const wrong = answers.filter(({ status }) => status !== 200 && status !== 304);
  const old = answers.filter(({ ageSeconds, boundSeconds }) => !(ageSeconds <= boundSeconds));
  const late = answers.filter(
    ({ version, askedAtMs }) => isOld(version, change) && askedAtMs > change.atMs + change.graceMs,
  );
  const ratio = hitRatio(answers);
  return [
    ...wrong.slice(0, 1).map(({ pattern, status }) => `${wrong.length} times a visitor got ${status} (${pattern})`),
    ...(ratio >= leastHitRatio ? [] : [`the hit ratio is ${ratio.toFixed(4)}, it must be ${leastHitRatio} or more`]),
    ...old
      .slice(0, 1)
      .map(
        (one) =>
          `${old.length} answers older than allowed: ${one.ageSeconds} s (${one.pattern}, ${one.boundSeconds} s)`,
      ),
    ...(change.status === 200 ? [] : [`the change of the price was answered ${change.status}`]),
    ...(late.length === 0 ? [] : [`${late.length} times the old price ${change.graceMs} ms after its change`]),
    ...(counted ? disagreements(answers, counted) : []),
  ];
}

/** The viewers' X-Cache against the edge's own counters: one of the two is wrong when they differ. */
function disagreements(answers: readonly Browsed[], counted: NonNullable<Browsing['counted']>): string[] {
  const kept = Object.entries(counted)
    .filter(([pattern, { hits, collapsed, stale }]) => pattern.startsWith('/orders') && hits + collapsed + stale > 0)
    .map(([pattern]) => `${pattern}: an answer came out of the cache`);
  const differing = [...Map.groupBy(answers, ({ pattern }) => pattern)].flatMap(([pattern, own]) =>
    Object.entries(marks).flatMap(([mark, counters]) => {
      const edge = counters.reduce((sum, name) => sum + (counted[pattern]?.[name] ?? 0), 0);
      const seen = count(own, mark);
      return seen === edge ? [] : [`${pattern}: visitors saw ${seen} times ${mark}, the edge counted ${edge}`];
    }),
  );
  return [...kept, ...differing];
}

function count(answers: readonly Browsed[], mark: string): number {
  return answers.filter((answer) => answer.mark === mark).length;
}

/** Share of the answers that came out of the cache, without waiting for an origin that would have been asked anew. */
function hitRatio(answers: readonly Browsed[]): number {
  return (count(answers, 'Hit') + count(answers, 'Stale')) / answers.length;
}

/** Writes under the same pattern pass the cache, and each is a call too. */
function callsToRead(counts: Readonly<PatternStats> | undefined): number {
  return counts ? counts.originCalls - counts.passed : 0;
}

function isOld(version: number | undefined, change: Browsing['change']): boolean {
  return version !== undefined && version <= change.version;
}

function sightings(answers: readonly Browsed[], change: Browsing['change']): string {
  const shown = answers.filter(({ version }) => version !== undefined);
  const after = ({ askedAtMs }: Browsed) => Math.max(0, askedAtMs - change.atMs);
  const last = shown.filter(({ version }) => isOld(version, change)).reduce((ms, one) => Math.max(ms, after(one)), 0);
  const first = shown
    .filter(({ version }) => !isOld(version, change))
    .reduce((ms, one) => Math.min(ms, after(one)), Infinity);
  const seen = first === Infinity ? 'never seen' : `first seen ${first} ms after the change was answered`;
  return `${seen}, the old one last ${last} ms after it (at most ${change.graceMs})`;
}
