import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { loadScenario } from '../../../scripts/planner/inputs.ts';
import { assumptionNames } from '../../../scripts/planner/model/assumptions.ts';
import { type Plan, planLoad, recommend } from '../../../scripts/planner/model/plan.ts';
import { simulate } from '../../../scripts/planner/model/simulate.ts';
import type { Scenario } from '../../../scripts/planner/model/world.ts';
import { toRuns } from '../../../scripts/planner/profile/load.ts';
import { parseProfile, readProfile } from '../../../scripts/planner/profile/read-profile.ts';
import { type Profile, profileJsonSchema } from '../../../scripts/planner/profile/schema.ts';
import { toHtml, toJson, toText } from '../../../scripts/planner/report/forms.ts';
import { priceOf } from '../../../scripts/planner/report/price.ts';
import { describeVerdict } from '../../../scripts/planner/report/verdict.ts';
import { findProfile, planStage } from '../../../scripts/planner/run.ts';
import { awsRegions } from '../../../scripts/prices/aws/prices.ts';
import type { Stage } from '../../../stacks/model/stages/stage-settings.ts';
import { findStage, stageNames } from '../../../stacks/model/stages/stages.ts';

const samples = join(import.meta.dirname, '../../../docs/samples');
const quick = {
  region: 'us-east-1',
  freeTier: false,
  measured: undefined,
  sensitivity: false,
  scales: [1],
  onStep() {},
};

/** Short, and as large as prod's throttles allow. */
const rush: Profile = parseProfile(
  `
profiles:
  sale: { startRate: 20, stages: [{ duration: 10s, target: 20 }, { duration: 10s, target: 1000 }, { duration: 90s, target: 1000 }] }
calendar: [{ profile: sale, at: 'Fri 12:00' }]
shop: { hot: { share: 1, products: 1 }, unitsPerProduct: 1000000, browsePerOrder: 5, statusReadsPerOrder: 0.5 }
budget: { coldStartShare: 0.005, p99ConfirmSeconds: 60 }
`,
  'rush.yaml',
);
const sale = rush.profiles.sale;

let sized: Scenario;
let sizedPlan: Plan;

beforeAll(async () => {
  if (!sale) throw new Error('the profile has no sale');
  const scenario = await loadScenario('prod', rush, {});
  // As with --measured: otherwise prod's settlement has room for ten times this load.
  const measured = { settlement: [{ memoryMb: 1_024, p50Ms: 6_000 }] };
  const found = recommend(planLoad({ ...scenario, measured }));
  sizedPlan = found.plan;
  sized = found.plan.scenario;
}, 60_000);

const firstOf = (scenario: Scenario): string | undefined => planLoad(scenario).problems[0]?.element.id;
const withStage = (stage: Partial<Stage>): Scenario => ({ ...sized, stage: { ...sized.stage, ...stage } });
const half = (value: number): number => Math.floor(value / 2);

test('holds the load with the settings that it recommends', () => {
  expect(sizedPlan.problems).toEqual([]);
});

test('names the poller when its maximum concurrency is halved', () => {
  const { settlement } = sized.stage;
  const mutated = withStage({ settlement: { ...settlement, maxConcurrency: half(settlement.maxConcurrency) } });
  expect(firstOf(mutated)).toBe('settlement');
  expect(describeVerdict(planLoad(mutated), quick)).toMatch(
    /settlement\.maxConcurrency = \d+ \(stacks\/model\/stages\/stages\.ts\); \d+ would hold, [+-]\$/,
  );
});

test("names the table when its ceiling is halved, under AWS's own name of the reason", () => {
  const { orders } = sized.stage.tables;
  if (orders.mode !== 'on-demand') throw new Error('orders is billed on demand');
  // Fitted first: prod's ceiling has room for twice this load.
  const peak = sizedPlan.elements.find(({ element }) => element.id === 'tables.orders.write')?.element.peak ?? 0;
  const fitted = Math.ceil(peak * 1.25);
  const ceiling = { ...orders, maxWriteUnitsPerSecond: half(fitted) };
  const mutated = withStage({ tables: { ...sized.stage.tables, orders: ceiling } });
  expect(planLoad(mutated).problems[0]?.element).toMatchObject({
    id: 'tables.orders.write',
    reason: 'TableWriteMaxOnDemandThroughputExceeded',
  });
});

test('names the route when the throttles are halved', () => {
  const { api } = sized.stage;
  if (api.kind !== 'http-api') throw new Error('prod has an HTTP API');
  const { write } = api.throttles;
  const throttles = { ...api.throttles, write: { ratePerSecond: half(write.ratePerSecond), burst: half(write.burst) } };
  expect(firstOf(withStage({ api: { ...api, throttles } }))).toBe('api.placeOrder');
});

test('names the cold starts when the floor of environments is removed', () => {
  const intake = { ...sized.stage.functions.intake, provisioned: null };
  expect(firstOf(withStage({ functions: { ...sized.stage.functions, intake } }))).toBe('intake.coldStarts');
});

test('names the rate of the account, when many short requests need few environments', () => {
  const shop = { ...rush.shop, statusReadsPerOrder: 20, hot: { share: 0.1, products: 1 } };
  const [catalog, intake] = [[{ memoryMb: 1_024, p50Ms: 20 }], [{ memoryMb: 1_024, p50Ms: 20 }]];
  const open = withStage({ api: { kind: 'function-url' } });
  const plan = planLoad({ ...open, measured: { ...open.measured, catalog, intake }, profile: { ...rush, shop } });
  const found = plan.problems.find(({ element }) => element.id === 'account.requestRate');
  expect(found?.element).toMatchObject({
    reason: 'FunctionInvocationRateLimitExceeded',
    limit: expect.closeTo(10_000),
  });
  expect(found?.mend).toMatchObject({ text: expect.stringContaining('L-B99A9384') });
  const environments = plan.elements.find(({ element }) => element.id === 'account.concurrency');
  expect(environments?.element.refused).toBe(0);
});

test('reads the stock of a sold-out product once in a batch', () => {
  const readsOf = (unitsPerProduct: number) => {
    const { runs } = planLoad({ ...sized, profile: { ...rush, shop: { ...rush.shop, unitsPerProduct } } });
    return runs[0]?.result.usage.tables.get('stock')?.reads ?? 0;
  };
  // All other reads of a sale leave the stock alone.
  expect(readsOf(1_000_000)).toBe(0);
  expect(readsOf(1_000)).toBeGreaterThan(1_000);
});

test('every assumption that a plan prints is one that it uses', async () => {
  const read = new Set<string>();
  // Too few at first, so that target tracking has to add some.
  const provisioned = { minEnvironments: 1, maxEnvironments: 500, targetUtilization: 0.7, floors: [] };
  const watched = (scenario: Scenario): Scenario => {
    const { stage } = scenario;
    const functions = { ...stage.functions, intake: { ...stage.functions.intake, provisioned } };
    const get = (target: object, name: string) => {
      read.add(name);
      return Reflect.get(target, name);
    };
    return {
      ...scenario,
      stage: { ...stage, functions },
      constants: new Proxy(scenario.constants, { get }) as Scenario['constants'],
    };
  };
  const faults = [{ partnerDown: { after: '10s', for: '10s' } }];
  // Long enough for target tracking.
  const profiles = { sale: { startRate: 200, stages: [{ duration: '6m', target: 1_000 }] } };
  for (const stage of ['prod', 'staging'] as const) {
    const plan = planLoad(watched(await loadScenario(stage, { ...rush, profiles, faults }, {})));
    priceOf(plan, { region: 'us-east-1', freeTier: false });
  }
  expect(assumptionNames.filter((name) => !read.has(name))).toEqual([]);
});

test('names the hot shard when there is one', () => {
  const shop = { ...rush.shop, shards: 1 };
  expect(firstOf({ ...sized, measured: {}, profile: { ...rush, shop } })).toBe('settlement.shards');
});

test.each(stageNames)('%s carries its own sample within the budget', async (stage) => {
  // A fork's stage may be in a region without prices here; the command asks for --region then.
  const hasPrices = awsRegions.some((one) => one === (findStage(stage).region ?? one));
  const region = hasPrices ? undefined : awsRegions[0];
  const report = await planStage({ ...quick, region, stage, profile: findProfile(undefined, stage) });
  expect(report.failures).toEqual([]);
  expect(report.cost.bill.usd).toBeGreaterThan(1);
});

test('the README says how large a sale prod carries, and what the month costs', async () => {
  const profile = findProfile(undefined, 'prod');
  const { cost, peakOrdersPerSecond } = await planStage({ ...quick, region: undefined, stage: 'prod', profile });
  const readme = readFileSync(join(import.meta.dirname, '../../../README.md'), 'utf8');
  expect(readme).toContain(`${peakOrdersPerSecond} orders a second for five minutes every Friday`);
  expect(readme).toContain(`about $${Math.round(cost.bill.usd / 10) * 10} a month`);
  const guessed = Math.round((cost.guessedUsd / cost.bill.usd) * 20) * 5;
  expect(readme).toContain(`a month, some ${guessed} % of it at guessed prices`);
});

test('gives the same bytes for the same seed, and others for another', async () => {
  const of = async (seed: number) => toJson(await planStage({ ...quick, stage: 'prod', profile: { ...rush, seed } }));
  expect(await of(1)).toBe(await of(1));
  expect(await of(2)).not.toBe(await of(1));
});

test('says the verdict first and last, and draws charts into one page', async () => {
  const report = await planStage({ ...quick, stage: 'prod', profile: rush });
  const lines = toText(report).trimEnd().split('\n');
  expect(lines[0]).toBe(report.verdict);
  expect(lines.at(-1)).toBe(report.verdict);
  expect(toHtml(report)).toMatch(/<svg[\s\S]*<svg/);
  expect(toHtml(report)).not.toMatch(/<script/);
});

test('an hour at 10,000 requests a second takes at most two seconds of one core, and little memory', () => {
  const profile = { ...rush, shop: { ...rush.shop, browsePerOrder: 9, statusReadsPerOrder: 0 } };
  const [run] = toRuns(profile);
  if (!run) throw new Error('no run');
  const hour = { ...run, segments: [{ seconds: 3_600, from: 1_000, to: 1_000 }], seconds: 3_600 };
  const heapBefore = process.memoryUsage().heapUsed;
  const before = process.cpuUsage();
  const { usage } = simulate({ ...sized, measured: {}, profile }, hour);
  const { user, system } = process.cpuUsage(before);
  expect(usage.cdnRequests).toBeGreaterThan(0.95 * 3_600 * 10_000);
  expect((user + system) / 1e6).toBeLessThan(2);
  // The command has about 110 MB before it plans anything, and 300 at most: docs/planning.md.
  expect((process.memoryUsage().heapUsed - heapBefore) / 2 ** 20).toBeLessThan(150);
});

test('a partner that is down delays orders, and breaks nothing', () => {
  const profile: Profile = { ...rush, faults: [{ partnerDown: { after: '10m', for: '5m' } }] };
  const plan = planLoad({ ...sized, profile });
  const [{ journeys } = { journeys: undefined }] = plan.runs;
  const [{ journeys: healthy } = { journeys: undefined }] = sizedPlan.runs;
  expect(plan.problems).toEqual([]);
  expect(journeys?.fulfil?.p99).toBeGreaterThan((healthy?.fulfil?.p99 ?? Number.NaN) + 60);
});

test('the published JSON schema is that of the code', () => {
  const published = readFileSync(join(samples, 'load-profile.schema.json'), 'utf8');
  expect(JSON.parse(published)).toEqual(JSON.parse(profileJsonSchema()));
});

test('every sample of a profile can be read', () => {
  for (const name of ['plan-prod', 'sale-month', 'plan-dev'])
    expect(readProfile(join(samples, `${name}.yaml`)).days).toBe(30);
});
