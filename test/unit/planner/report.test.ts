import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { findCloud, planClouds } from '../../../scripts/planner/clouds/clouds.ts';
import { loadScenario } from '../../../scripts/planner/inputs.ts';
import { planLoad, recommend } from '../../../scripts/planner/model/plan.ts';
import { parseProfile } from '../../../scripts/planner/profile/read-profile.ts';
import type { PlanReport } from '../../../scripts/planner/report/build.ts';
import { compareText } from '../../../scripts/planner/report/compare.ts';
import { toHtml, toMarkdown, toText } from '../../../scripts/planner/report/forms.ts';
import { dollars } from '../../../scripts/planner/report/words.ts';
import { type PlanRequest, planStage } from '../../../scripts/planner/run.ts';
import { limits } from '../../../stacks/model/checks/limits.ts';

const folder = mkdtempSync(join(tmpdir(), 'plan-report-'));
afterAll(() => rmSync(folder, { recursive: true }));

const sale = (changes = '', rate = 50) =>
  parseProfile(
    `
profiles: { sale: { startRate: 1, stages: [{ duration: 10s, target: ${rate} }, { duration: 60s, target: ${rate} }] } }
calendar: [{ profile: sale, at: 'Fri 12:00' }]
${changes}`,
    'p.yaml',
  );

const planOf = (changes: Partial<PlanRequest> = {}): Promise<PlanReport> =>
  planStage({
    ...{ stage: 'prod', profile: sale(), measured: undefined, region: 'eu-central-1', freeTier: false },
    ...{ sensitivity: false, scales: [1], onStep() {} },
    ...changes,
  });

test('says in every form how many dollars come from guessed prices, and marks their rows', async () => {
  const report = await planOf();
  const { bill, guessedUsd } = report.cost;
  const guessed = bill.lines.filter(({ source }) => source.mark === 'guessed');
  expect(guessedUsd).toBeCloseTo(
    guessed.reduce((sum, { usd }) => sum + usd, 0),
    6,
  );
  expect(guessedUsd / bill.usd).toBeGreaterThan(0.5);
  for (const text of [toText(report), toMarkdown(report), toHtml(report)]) {
    expect(text).toMatch(/of it at guessed prices/);
    expect(text).toContain(`${dollars(guessedUsd)} (`);
  }
  const rowOf = (item: string) =>
    toMarkdown(report)
      .split('\n')
      .find((line) => line.includes(item));
  expect(rowOf('provisioned concurrency held')).toContain('| guessed | $');
  const known = bill.lines.find(({ source, usd }) => source.mark === 'documented' && usd > 1);
  expect(rowOf(known?.item ?? 'no row')).toContain('|  | $');
});

test('names the region whose prices apply to each column of a comparison', async () => {
  const [dev, prod] = [await planOf({ stage: 'dev', region: 'us-east-1' }), await planOf()];
  const text = compareText([dev, prod]);
  expect(text).toMatch(/prices of +│ us-east-1 +│ eu-central-1/);
  expect(text).toContain(`${dollars(prod.cost.guessedUsd)} (`);
});

const unbounded = 'assumptions: { accountConcurrency: 100000, pollersPerMinute: 1000000, pollersAtStart: 1000 }';

test('says that a setting helps, and what remains, when the load would not hold with it', async () => {
  const measured = join(folder, 'slow.json');
  writeFileSync(measured, JSON.stringify({ durations: { settlement: 90_000 } }));
  const report = await planOf({ profile: sale(unbounded, 1_400), measured });
  expect(report.settings.length).toBeGreaterThan(0);
  expect(report.settingsFailures.length).toBeGreaterThan(0);
  expect(report.verdict).toMatch(/ helps, [+-]\$.* leave/);
  for (const text of [toText(report), toMarkdown(report), toHtml(report)]) {
    expect(text).not.toContain('would hold');
    expect(text).toContain('Settings that help, but are not enough');
    expect(text).toContain(`remains: ${report.settingsFailures[0]?.split('<')[0]}`);
  }
});

test('says in the first and last line that the budget is broken, by what', async () => {
  const budget = 'budget: { p99AcceptSeconds: 0.01, p99ConfirmSeconds: 0.1, usdPerMonth: 1, usdPer1000Orders: 0.001 }';
  const report = await planOf({ profile: sale(budget) });
  expect(report.holds).toBe(false);
  const lines = toText(report).trimEnd().split('\n');
  for (const line of [lines[0], lines.at(-1)]) {
    expect(line).toMatch(
      /^prod carries 50 orders\/s, but breaks the budget: p99 click to accepted \d+ ms, budget 10 ms;/,
    );
    expect(line).toContain('bill of the month $');
    expect(line).toContain('1,000 orders $');
  }
});

test.each(planClouds)('prints each assumption with its mark and source, in every form: %s', async (cloud) => {
  const report = await planOf({ cloud, region: undefined });
  const lines = toText(report).split('\n');
  for (const { name, mark, source } of report.assumptions) {
    const row = lines.find((line) => line.startsWith(`│ ${name} `));
    expect(row).toContain(` ${mark} `);
    expect(row).toContain(` ${source} `);
  }
  const found = report.assumptions.find(({ name }) => /storeSeconds$/i.test(name));
  expect(toMarkdown(report)).toContain(`| ${found?.name} | ${found?.value} s | guessed | ${found?.source} |`);
});

test('prints a number of the profile as the profile says it, and a small one exactly', async () => {
  const comment = toMarkdown(await planOf({ profile: sale('assumptions: { scalingStep: 500 }') }));
  expect(comment).toContain('| scalingStep | 500 environments | profile | the profile, instead of 1000 |');
  expect(comment).toContain('| transactionItemSeconds | 0.0001 s |');
});

test.each([
  ['azrue: { queueMessagesPerSecond: 1 }', "cloudAssumptions has the unknown key 'azrue', must be one of"],
  ['aws: { warmWrites: 1 }', "cloudAssumptions has the unknown key 'aws', must be one of"],
])('refuses cloudAssumptions for a name that is no other cloud: %s', async (line, message) => {
  await expect(planOf({ profile: sale(`cloudAssumptions: { ${line} }`) })).rejects.toThrow(message);
});

test.each(planClouds.slice(1))('checks the numbers of %s, whichever cloud is planned', async (cloud) => {
  const of = (line: string) => planOf({ profile: sale(`cloudAssumptions: { ${cloud}: { ${line} } }`) });
  await expect(of('pace: 1')).rejects.toThrow(`cloudAssumptions.${cloud}.pace is unknown, must be one of`);
  const rows = Object.entries((await findCloud(cloud))?.assumptions ?? {});
  const [limit = ''] = rows.find(([, { unit }]) => unit !== 's') ?? [];
  await expect(of(`${limit}: 0`)).rejects.toThrow(`cloudAssumptions.${cloud}.${limit} is 0, must be more than 0`);
});

test('recommends no setting that is at its maximum already', async () => {
  const scenario = await loadScenario('prod', sale(unbounded, 1_400), {
    settlement: [{ memoryMb: 1_024, p50Ms: 90_000 }],
  });
  const settlement = { ...scenario.stage.settlement, maxConcurrency: limits.queueConcurrencyMax.value };
  const plan = planLoad({ ...scenario, stage: { ...scenario.stage, settlement } });
  const found = plan.problems.find(({ element }) => element.id === 'settlement');
  expect(found?.mend).toEqual({ text: 'no setting: settlement.maxConcurrency is at its most, 1000' });
  expect(recommend(plan).mends.map(({ path }) => path)).not.toContain('settlement.maxConcurrency');
});
