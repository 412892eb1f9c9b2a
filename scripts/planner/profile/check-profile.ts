import type { AssumptionName } from '../model/assumptions.ts';
import { beginsOf, countOccurrences, daySeconds, peakOf, toRuns, toSeconds, toSegments } from './load.ts';
import type { Profile } from './schema.ts';

/** Values that the model divides by, or that must be present. */
const neverZero: readonly AssumptionName[] = [
  ...(['accountConcurrency', 'requestsPerEnvironment', 'pollersAtStart', 'pollersMax', 'sdkAttempts'] as const),
  ...(['partitionReads', 'partitionWrites', 'warmReads', 'warmWrites'] as const),
  ...(['growthSeconds', 'scalingSeconds', 'scalingStep'] as const),
];

/**
 * Checks rules that a schema cannot express. @returns the first fault: path, value and what is allowed; undefined if
 * none
 */
export function findContradiction(profile: Profile): string | undefined {
  return (
    findWrongName(profile) ??
    findWrongTime(profile) ??
    findWrongShape(profile) ??
    findWrongLength(profile) ??
    findOverlap(profile) ??
    findEmptiness(profile) ??
    findWrongNumber(profile)
  );
}

function findWrongName({ profiles, calendar }: Profile): string | undefined {
  const names = Object.keys(profiles);
  const index = calendar.findIndex(({ profile }) => !names.includes(profile));
  if (index < 0) return undefined;
  return `calendar[${index}].profile is '${calendar[index]?.profile}', must be one of ${names.join(', ') || 'none'}`;
}

function findWrongTime({ calendar, days, faults }: Profile): string | undefined {
  for (const [index, { at = '', otherwise }] of calendar.entries()) {
    const day = /^day (\d+) /.exec(at)?.[1];
    if (day !== undefined && (Number(day) < 1 || Number(day) > days))
      return `calendar[${index}].at is '${at}', must be a day from 1 to ${days}`;
    if (at !== '' && countOccurrences(at, days) === 0)
      return `calendar[${index}].at is '${at}', must be one of the ${days} days; day 1 is a Monday`;
    if (otherwise && calendar.findIndex((one) => one.otherwise) < index)
      return `calendar[${index}].otherwise is true, must stand once: it fills all the time that is left`;
  }
  if (faults.length > 0 && calendar.every(({ at }) => at === undefined))
    return 'faults[0] needs a profile with a time: it counts from its begin';
  return undefined;
}

function findWrongShape({ profiles }: Profile): string | undefined {
  for (const [name, { startRate, timeUnit, stages, diurnal }] of Object.entries(profiles)) {
    const [word, value] = startRate === undefined ? ['timeUnit', timeUnit] : ['startRate', startRate];
    if (!stages && value !== undefined) return `profiles.${name}.${word} is ${value}, must stand beside stages only`;
    if (timeUnit !== undefined && toSeconds(timeUnit) === 0)
      return `profiles.${name}.timeUnit is '${timeUnit}', must be more than 0`;
    if (diurnal && diurnal.trough > diurnal.peak)
      return `profiles.${name}.diurnal.trough is ${diurnal.trough}, must be at most peak, which is ${diurnal.peak}`;
  }
  return undefined;
}

const lengthOf = ({ profiles }: Profile, name: string): number =>
  toSegments(profiles[name] ?? {}).reduce((sum, { seconds }) => sum + seconds, 0);

function findWrongLength(profile: Profile): string | undefined {
  const { profiles, calendar, days } = profile;
  const secondsOf = (name: string) => lengthOf(profile, name);
  const empty = Object.keys(profiles).find((name) => secondsOf(name) <= 0);
  if (empty !== undefined) return `profiles.${empty} lasts 0 s, must last more than 0`;
  const timed = calendar.flatMap(({ profile, at }) => (at === undefined ? [] : [{ profile, at }]));
  const filled = timed.reduce((sum, { profile, at }) => sum + secondsOf(profile) * countOccurrences(at, days), 0);
  if (filled <= days * daySeconds) return undefined;
  return `calendar fills ${Number((filled / daySeconds).toFixed(1))} days with timed profiles, must be at most the ${days} of days`;
}

/** Each entry is simulated alone, so overlapping entries would be planned as if only one of them ran. */
function findOverlap(profile: Profile): string | undefined {
  const { calendar, days } = profile;
  const spans = calendar
    .flatMap(({ profile: name, at = '' }, index) =>
      at === '' ? [] : beginsOf(at, days).map((from) => ({ index, at, from, to: from + lengthOf(profile, name) })),
    )
    .sort((a, b) => a.from - b.from || a.index - b.index);
  for (const [place, { index, at, from }] of spans.entries()) {
    const before = spans[place - 1];
    if (before && from < before.to)
      return `calendar[${index}].at is '${at}', must not be while calendar[${before.index}] (${before.at}) runs: write both as one profile`;
  }
  return undefined;
}

function findEmptiness(profile: Profile): string | undefined {
  const hasOrders = toRuns(profile).some(({ segments }) => peakOf(segments) > 0);
  return hasOrders ? undefined : 'calendar has no order at all, must have a profile with a rate above 0';
}

function findWrongNumber({ shop: { hot, products }, assumptions, payload }: Profile): string | undefined {
  if (hot.products > products)
    return `shop.hot.products is ${hot.products}, must be at most shop.products, which is ${products}`;
  if (payload.responseBytes !== undefined && assumptions.pageBytes !== undefined)
    return `assumptions.pageBytes is ${assumptions.pageBytes}, must not stand beside payload.responseBytes: it is the same number`;
  const zero = neverZero.find((name) => assumptions[name] === 0);
  return zero === undefined ? undefined : `assumptions.${zero} is 0, must be more than 0`;
}
