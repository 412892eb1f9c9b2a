import { beforeAll, expect, test } from 'vitest';
import { planLoad } from '../../../scripts/planner/model/plan.ts';
import type { Scenario } from '../../../scripts/planner/model/world.ts';
import { buildReport } from '../../../scripts/planner/report/build.ts';
import { priceOf } from '../../../scripts/planner/report/price.ts';
import { findSensitivities } from '../../../scripts/planner/report/tornado.ts';
import { findFailures } from '../../../scripts/planner/report/verdict.ts';
import { dollars } from '../../../scripts/planner/report/words.ts';
import { loadSmall, withStage } from './small.ts';

const options = { region: 'us-east-1', freeTier: false, sensitivity: false, scales: [1], onStep() {} };

let scenario: Scenario;
beforeAll(async () => {
  scenario = await loadSmall(100, 10);
}, 60_000);

const usdOf = (own: Scenario): number => priceOf(planLoad(own), options).bill.usd;
const withBudget = (own: Scenario, budget: Partial<Scenario['profile']['budget']>): Scenario => ({
  ...own,
  profile: { ...own.profile, budget: { ...own.profile.budget, ...budget } },
});

test.each([
  ['usdPerMonth', 0.01, /^bill of the month \$[\d.,]+, budget \$0\.01$/],
  ['usdPer1000Orders', 0.0001, /^1,000 orders \$[\d.]+, budget \$0\.00$/],
  ['p99AcceptSeconds', 0.001, /^p99 click to accepted [\d.]+ m?s, budget 1 ms$/],
  ['p99ConfirmSeconds', 0.001, /^p99 click to confirmed [\d.]+ m?s, budget 1 ms$/],
  ['p99FulfilSeconds', 601, /^p99 click to fulfilled [\d.]+ s, budget 601 s$/],
] as const)('%s is a promise of its own', (name, limit, text) => {
  const failuresOf = (own: Scenario) => {
    const plan = planLoad(own);
    return findFailures(plan, priceOf(plan, options));
  };
  expect(failuresOf(scenario)).toEqual([]);
  expect(failuresOf(withBudget(scenario, { [name]: limit }))).toEqual([expect.stringMatching(text)]);
});

test('the price of mending is the bill with the setting less the bill without', () => {
  const { functions } = scenario.stage;
  const cold = (provisioned: typeof functions.intake.provisioned): Scenario =>
    withStage(withBudget(scenario, { coldStartShare: 0.001 }), {
      functions: { ...functions, intake: { ...functions.intake, provisioned } },
    });
  const report = buildReport(planLoad(cold(null)), options);
  const [setting] = report.settings;
  expect(report.settings.map(({ path }) => path)).toEqual(['functions.intake.provisioned']);
  const mended = cold(JSON.parse(setting?.to ?? 'null'));
  expect(planLoad(mended).problems).toEqual([]);
  const usd = usdOf(mended) - usdOf(cold(null));
  // A month of provisioned environments: dollars, not cents.
  expect(usd).toBeGreaterThan(0.01);
  expect(report.settingsUsd).toBeCloseTo(usd, 6);
  expect(report.verdict).toContain(`would hold, ${dollars(usd, true)} a month`);
});

test('a sensitivity is the change at 30 % less and 30 % more', () => {
  const rows = findSensitivities(planLoad(scenario), options, () => undefined);
  const row = rows.find(({ name }) => name === 'pollSeconds');
  // Every order waits equally long for its poller.
  const change = 0.3 * scenario.constants.pollSeconds;
  expect(row?.confirm[0]).toBeCloseTo(-change, 6);
  expect(row?.confirm[1]).toBeCloseTo(change, 6);
});
