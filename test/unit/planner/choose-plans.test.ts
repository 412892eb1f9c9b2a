import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { listPlans, refuseIgnored } from '../../../scripts/planner/choose-plans.ts';

const folder = mkdtempSync(join(tmpdir(), 'plan-choose-'));
afterAll(() => rmSync(folder, { recursive: true }));

function profileOf(stage: string): string {
  const profile = join(folder, 'p.yaml');
  const load = 'profiles: { a: { diurnal: { peak: 1, trough: 0 } } }\ncalendar: [{ profile: a, otherwise: true }]';
  writeFileSync(profile, `stage: ${stage}\n${load}\n`);
  return profile;
}

test('plans one stage, several, or one on several clouds', () => {
  expect(listPlans({ profile: profileOf('prod') })).toEqual([{ stage: 'prod', cloud: undefined }]);
  expect(listPlans({ compare: 'dev,prod' }).map(({ stage }) => stage)).toEqual(['dev', 'prod']);
  expect(listPlans({ stage: 'prod', compare: 'aws' })).toEqual([{ stage: 'prod', cloud: 'aws' }]);
});

test('refuses --stage beside the stages of --compare', () => {
  expect(() => listPlans({ stage: 'staging', compare: 'dev,prod' })).toThrow('--stage has no effect beside it');
});

test("names the profile, when its stage is none of this project's", () => {
  const profile = profileOf('elsewhere');
  expect(() => listPlans({ profile })).toThrow(`${profile}: stage is 'elsewhere', must be one of`);
  expect(() => listPlans({ profile, stage: 'elsewhere' })).toThrow("--stage is 'elsewhere'");
});

test.each([
  [{ validate: true, json: true }, '--validate stands alone, so --json has no effect'],
  [{ validate: true, stage: 'prod' }, '--validate stands alone, so --stage has no effect'],
  [{ export: 'k6', check: true }, '--export takes --stage, --profile, --seed only, so --check has no effect'],
  [{ export: 'k6', compare: 'dev,prod' }, 'so --compare has no effect'],
])('refuses what would have no effect: %o', (words, message) => {
  expect(() => refuseIgnored(words)).toThrow(message);
});

test.each([
  { validate: true, json: false },
  { export: 'k6', stage: 'prod', seed: '1' },
  { json: true, stage: 'prod' },
])('accepts %o', (words) => {
  expect(() => refuseIgnored(words)).not.toThrow();
});
