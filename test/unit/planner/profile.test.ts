import { expect, test } from 'vitest';
import { countOccurrences, rateAt, toRuns, toSeconds, toSegments } from '../../../scripts/planner/profile/load.ts';
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
  ['assumptions: { pollersPerHour: 1 }', 'assumptions'],
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
  ['profiles: [', 'is not YAML'],
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
  expect(countOccurrences('daily 12:00', 30)).toBe(30);
  expect(countOccurrences('day 3 12:00', 30)).toBe(1);
});

test('a run that fills the rest gets the hours that no other has', () => {
  const profile = parseProfile(
    `days: 2\nprofiles: { a: { stages: [{ duration: 6h, target: 1 }] }, b: { diurnal: { peak: 1, trough: 1 } } }
calendar: [{ profile: a, at: daily 10:00 }, { profile: b, otherwise: true }]`,
    'p.yaml',
  );
  expect(toRuns(profile).map(({ name, times }) => [name, times])).toEqual([
    ['a', 2],
    ['b', 1.5],
  ]);
});
