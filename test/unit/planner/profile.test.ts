import { expect, test } from 'vitest';
import {
  beginsOf,
  countOccurrences,
  rateAt,
  toRuns,
  toSeconds,
  toSegments,
} from '../../../scripts/planner/profile/load.ts';
import { parseProfile } from '../../../scripts/planner/profile/read-profile.ts';

const good = `
profiles: { sale: { stages: [{ duration: 10s, target: 5 }] } }
calendar: [{ profile: sale, at: 'Fri 12:00' }]
`;

test.each([
  ['days: 0', 'p.yaml: days is 0, must be at least 1'],
  ['days: many', "p.yaml: days is 'many', must be of type number"],
  ['shop: { repeatPosts: 2 }', 'p.yaml: shop.repeatPosts is 2, must be at most 1'],
  ['shop: { colour: red }', "p.yaml: shop has the unknown key 'colour', must be one of products, popularity"],
  ['load: 1', "p.yaml: the profile has the unknown key 'load', must be one of"],
  [
    'faults: [{ partnerDown: { after: soon, for: 5m } }]',
    "p.yaml: faults[0].partnerDown.after is 'soon', must be a duration",
  ],
  [
    'assumptions: { pollersPerHour: 1 }',
    "p.yaml: assumptions has the unknown key 'pollersPerHour', must be one of accountConcurrency, requestsPer",
  ],
  ['budget: { throttledShare: -1 }', 'p.yaml: budget.throttledShare is -1, must be at least 0'],
])('rejects %s with path, value and what is allowed', (line, message) => {
  let text = '';
  try {
    parseProfile(`${good}${line}\n`, 'p.yaml');
  } catch (error) {
    text = (error as Error).message;
  }
  expect(text).toContain(message);
  expect(text.split('\n')).toHaveLength(1);
});

const hour = 'profiles: { a: { phases: [{ duration: 1h, arrivalRate: 5 }] } }\ncalendar: [{ profile: a, ';
const profileA = 'profiles: { a: { diurnal: { peak: 1, trough: 0 } } }\ncalendar: [{ profile: a';

test.each([
  ['profiles: { a: { stages: [] } }\ncalendar: [{ profile: a, at: daily 10:00 }]', 'profiles.a.stages'],
  ['profiles: { a: { } }\ncalendar: [{ profile: a, at: daily 10:00 }]', 'exactly one of stages'],
  [
    'profiles: { a: { diurnal: { peak: 1, trough: 0 } } }\ncalendar: [{ profile: b, otherwise: true }]',
    "calendar[0].profile is 'b', must be one of a",
  ],
  [
    'profiles: { a: { diurnal: { peak: 1, trough: 0 } } }\ncalendar: [{ profile: a, at: noon }]',
    "calendar[0].at is 'noon', must be a day and a time",
  ],
  [
    'profiles: { a: { stages: [{ duration: 5, target: 1 }] } }\ncalendar: [{ profile: a, at: daily 10:00 }]',
    'profiles.a.stages[0].duration is 5, must be a duration such as 10s',
  ],
  [
    'profiles: { a: { timeUnit: 0s, stages: [{ duration: 5s, target: 1 }] } }\ncalendar: [{ profile: a, at: daily 10:00 }]',
    "profiles.a.timeUnit is '0s', must be more than 0",
  ],
  [
    'profiles: { a: { startRate: 5, diurnal: { peak: 1, trough: 0 } } }\ncalendar: [{ profile: a, otherwise: true }]',
    'profiles.a.startRate is 5, must stand beside stages only',
  ],
  [
    'profiles: { a: { diurnal: { peak: 1, trough: 2 } } }\ncalendar: [{ profile: a, otherwise: true }]',
    'profiles.a.diurnal.trough is 2, must be at most peak, which is 1',
  ],
  ['profiles: { a: { diurnal: { peak: 1, trough: 0 } } }\ncalendar: []', 'calendar is [], must be at least 1 entry'],
  ['profiles: [', 'is not YAML'],
  ['', 'the profile is null, must be of type object'],
  [`a: &a [x, x]\nb: &b [${'*a, '.repeat(60)}]\nc: [${'*b, '.repeat(60)}]`, 'is not YAML: Excessive alias count'],
  [`${profileA}, at: 'Fri 12:00' }]\ndays: 4`, "calendar[0].at is 'Fri 12:00', must be one of the 4 days"],
  [
    `${profileA}, otherwise: true }, { profile: a, otherwise: true }]`,
    'calendar[1].otherwise is true, must stand once',
  ],
  [
    'profiles: { a: { stages: [{ duration: 0s, target: 1 }] } }\ncalendar: [{ profile: a, at: daily 10:00 }]',
    'profiles.a lasts 0 s, must last more than 0',
  ],
  [
    'profiles: { a: { stages: [{ duration: 36h, target: 1 }] } }\ncalendar: [{ profile: a, at: daily 10:00 }]',
    'calendar fills 45 days with timed profiles, must be at most the 30 of days',
  ],
  [`${profileA}, at: daily 10:00 }]\nshop: { products: 1, hot: { share: 1, products: 2 } }`, 'shop.hot.products is 2'],
  [`${profileA}, at: daily 10:00 }]\nassumptions: { partitionWrites: 0 }`, 'assumptions.partitionWrites is 0, must be'],
  [
    `${profileA}, at: daily 10:00 }]\nassumptions: { warmWrites: 0 }`,
    'assumptions.warmWrites is 0, must be more than 0',
  ],
  [`${profileA}, at: daily 10:00 }]\nassumptions: { warmReads: 0 }`, 'assumptions.warmReads is 0, must be more than 0'],
  [
    'profiles: { a: { stages: [{ duration: 5m, target: 0 }] } }\ncalendar: [{ profile: a, at: daily 10:00 }]',
    'calendar has no order at all',
  ],
  [
    `${hour}at: 'Fri 12:00' }, { profile: a, at: 'Fri 12:30' }]`,
    "calendar[1].at is 'Fri 12:30', must not be while calendar[0] (Fri 12:00) runs",
  ],
  [`${hour}at: 'Fri 23:30' }, { profile: a, at: daily 00:00 }]`, "calendar[1].at is 'daily 00:00', must not be while"],
  [`${hour}at: daily 12:59 }, { profile: a, at: day 3 12:00 }]`, "calendar[0].at is 'daily 12:59', must not be while"],
  [`${profileA}, at: daily 10:00 }]\nshop: { quantity: .nan }`, 'shop.quantity is NaN, must be of type number'],
  [`${profileA}, at: daily 10:00 }]\nshop: { quantity: .inf }`, 'shop.quantity is Infinity, must be'],
])('rejects %s', (text, message) => {
  expect(() => parseProfile(text, 'p.yaml')).toThrow(message);
});

test("reads durations, k6's stages and Artillery's phases alike", () => {
  expect(toSeconds('1h30m')).toBe(5_400);
  expect(toSeconds('500ms')).toBe(0.5);
  const k6 = toSegments({ startRate: 60, timeUnit: '1m', stages: [{ duration: '10s', target: 120 }] });
  expect(k6).toEqual([{ seconds: 10, from: 1, to: 2 }]);
  expect(toSegments({ phases: [{ duration: 10, arrivalRate: 1, rampTo: 2 }] })).toEqual(k6);
  expect(rateAt(k6, 5)).toBe(1.5);
  expect(rateAt(k6, 11)).toBe(0);
});

test('counts a weekday in a month that begins on a Monday', () => {
  expect(countOccurrences('Fri 12:00', 30)).toBe(4);
  expect(countOccurrences('Mon 12:00', 29)).toBe(5);
  expect(beginsOf('Tue 12:00', 9)).toEqual([129_600, 734_400]);
  expect(countOccurrences('daily 12:00', 30)).toBe(30);
  expect(countOccurrences('day 3 12:00', 30)).toBe(1);
});

test.each([
  '[{ profile: a, at: daily 10:00 }, { profile: b, otherwise: true }]',
  '[{ profile: b, otherwise: true }, { profile: a, at: daily 10:00 }]',
])('a run that fills the rest gets the hours that no other has: %s', (calendar) => {
  const profile = parseProfile(
    `days: 2\nprofiles: { a: { stages: [{ duration: 6h, target: 1 }] }, b: { diurnal: { peak: 1, trough: 1 } } }
calendar: ${calendar}`,
    'p.yaml',
  );
  const times = Object.fromEntries(toRuns(profile).map((run) => [run.name, run.times]));
  expect(times).toEqual({ a: 2, b: 1.5 });
});

test('accepts entries that follow each other without a break', () => {
  const text = `${hour}at: 'Fri 12:00' }, { profile: a, at: 'Fri 13:00' }, { profile: a, at: daily 11:00 }]`;
  expect(toRuns(parseProfile(text, 'p.yaml'))).toHaveLength(3);
});
