import { expect } from 'vitest';
import type { Finding } from '../../../../scripts/report/finding.ts';

/** One thing spoilt, and the findings that must fail for it: these and no others. */
export type Spoil<Result> = readonly [what: string, spoilt: Partial<Result>, failing: readonly string[]];

const failing = (findings: readonly Finding[]) => findings.filter(({ holds }) => !holds).map(({ what }) => what);

/** The good result passes, and each spoilt one fails in exactly the named findings. */
export function expectNamed<Result>(
  judge: (result: Result) => readonly Finding[],
  good: Result,
  [, spoilt, named]: Spoil<Result>,
) {
  expect(failing(judge(good))).toEqual([]);
  expect(failing(judge({ ...good, ...spoilt }))).toEqual(named);
}

/** A finding that no case makes fail may be one that cannot fail. */
export function expectAllSpoilt<Result>(
  judge: (result: Result) => readonly Finding[],
  good: Result,
  spoils: readonly Spoil<Result>[],
) {
  const named = new Set(spoils.flatMap(([, , names]) => names));
  expect(
    judge(good)
      .map(({ what }) => what)
      .filter((what) => !named.has(what)),
  ).toEqual([]);
}
