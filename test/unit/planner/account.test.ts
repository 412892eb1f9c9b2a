import { beforeAll, expect, test } from 'vitest';
import { loadScenario } from '../../../scripts/planner/inputs.ts';
import { type Plan, planLoad } from '../../../scripts/planner/model/plan.ts';
import { Projection } from '../../../scripts/planner/model/projection.ts';
import { type Scenario, World } from '../../../scripts/planner/model/world.ts';
import { parseProfile } from '../../../scripts/planner/profile/read-profile.ts';
import { describeVerdict } from '../../../scripts/planner/report/verdict.ts';

const profile = parseProfile(
  `
profiles: { sale: { startRate: 100, stages: [{ duration: 90s, target: 100 }] } }
calendar: [{ profile: sale, at: 'Fri 12:00' }]
shop: { hot: { share: 0, products: 1 }, unitsPerProduct: 1000000, browsePerOrder: 0, statusReadsPerOrder: 0 }
`,
  'account.yaml',
);

/** Below the workers' own maximum, but above what is left beside prod's 150 provisioned environments. */
const slow = {
  settlement: { settlement: [{ memoryMb: 1_024, p50Ms: 8_000 }] },
  fulfilment: { fulfilment: [{ memoryMb: 1_024, p50Ms: 20_000 }] },
} as const;

let scenario: Scenario;
beforeAll(async () => {
  const loaded = await loadScenario('prod', profile, {});
  const { fulfilment } = loaded.stage;
  scenario = { ...loaded, stage: { ...loaded.stage, fulfilment: { ...fulfilment, cancellableSeconds: 1 } } };
}, 60_000);

const planWith = (accountConcurrency: number, service: keyof typeof slow): Plan =>
  planLoad({
    ...scenario,
    measured: slow[service],
    // Prod's 150 provisioned environments in an account of hardly more.
    constants: { ...scenario.constants, accountConcurrency, unreservedConcurrency: 0 },
  });
const elementOf = ({ elements }: Plan, id: string) => elements.find(({ element }) => element.id === id)?.element;
const confirmOf = ({ runs }: Plan): number => runs[0]?.journeys.confirm.p99 ?? Number.NaN;

test('an account without room slows settlement down, and is named instead of the worker', () => {
  const [wide, narrow] = [planWith(1_000, 'settlement'), planWith(170, 'settlement')];
  expect(wide.problems).toEqual([]);
  expect(confirmOf(narrow)).toBeGreaterThan(confirmOf(wide) + 60);
  const [first] = narrow.problems;
  expect(first?.element).toMatchObject({
    id: 'account.concurrency',
    reason: 'ConcurrentInvocationLimitExceeded',
    limit: 170,
  });
  expect(first?.element.use).toBeGreaterThan(1);
  expect(first?.mend).toMatchObject({ text: expect.stringContaining('L-B99A9384') });
  // More pollers would not help: the account refuses them.
  expect(narrow.problems.map(({ element }) => element.id)).not.toContain('settlement');
});

test('an account without room slows the stream down', () => {
  const { stage, constants } = scenario;
  const batches = { ...stage.projection, batchSize: 10 };
  const afterMinute = (others: number): Projection => {
    const measured = { projection: [{ memoryMb: 512, p50Ms: 1_000 }] };
    const world = new World({ ...scenario, measured, stage: { ...stage, projection: batches } });
    const stream = new Projection(world, 0);
    for (; world.now < 60; world.endStep()) stream.step(100, others);
    return stream;
  };
  // Ten batches at once carry 100 events a second; five carry half of them.
  const [wide, narrow] = [afterMinute(0), afterMinute(constants.accountConcurrency - 5)];
  expect(wide.backlog).toBeLessThan(500);
  expect(narrow.backlog / (60 * 50)).toBeCloseTo(1, 1);
  expect(narrow.lagSeconds).toBeGreaterThan(wide.lagSeconds + 30);
  expect([wide.pool.isHeldUp, narrow.pool.isHeldUp]).toEqual([false, true]);
});

test('an account without room slows the hand-over down', () => {
  const endOf = ({ runs }: Plan): number => runs[0]?.result.usage.seconds ?? Number.NaN;
  expect(endOf(planWith(153, 'fulfilment'))).toBeGreaterThan(endOf(planWith(1_000, 'fulfilment')) + 60);
});

test('idle environments leave the account to others', () => {
  // Kept warm for ten minutes after their last request, they run nothing.
  const burst = parseProfile(
    `
profiles: { sale: { stages: [{ duration: 1s, target: 400 }, { duration: 9s, target: 400 }, { duration: 1s, target: 20 }, { duration: 89s, target: 20 }] } }
calendar: [{ profile: sale, at: 'Fri 02:00' }]
shop: { hot: { share: 0, products: 1 }, unitsPerProduct: 1000000, browsePerOrder: 0, statusReadsPerOrder: 5 }
`,
    'burst.yaml',
  );
  const plan = planLoad({
    ...scenario,
    profile: burst,
    measured: { intake: [{ memoryMb: 1_024, p50Ms: 250 }], settlement: [{ memoryMb: 1_024, p50Ms: 6_000 }] },
    constants: { ...scenario.constants, accountConcurrency: 760 },
  });
  expect(elementOf(plan, 'account.concurrency')?.since).toBeNull();
});

const withFloors = (catalog: number, intake: number): Scenario => {
  const { functions } = scenario.stage;
  const floor = (min: number) => ({
    ...{ minEnvironments: 1, maxEnvironments: min, targetUtilization: 0.7 },
    floors: [
      { name: 'up', cron: '0 3 * * ? *', timeZone: 'UTC', minEnvironments: min },
      { name: 'down', cron: '0 4 * * ? *', timeZone: 'UTC', minEnvironments: 1 },
    ],
  });
  const changed = {
    ...functions,
    catalog: { ...functions.catalog, provisioned: floor(catalog) },
    intake: { ...functions.intake, provisioned: floor(intake) },
  };
  const budget = { ...profile.budget, coldStartShare: 1 };
  return { ...scenario, profile: { ...profile, budget }, stage: { ...scenario.stage, functions: changed } };
};

test('names provisioned concurrency above what the account allocates, even outside of the sale', () => {
  // AWS keeps 100 of the account's 1,000 for functions without any.
  const plan = planLoad(withFloors(450, 451));
  expect(plan.problems[0]).toMatchObject({
    element: {
      id: 'account.provisioned',
      limit: expect.closeTo(900),
      reason: expect.stringContaining('does not allocate'),
    },
    mend: { text: expect.stringContaining('lower functions.catalog.provisioned, functions.intake.provisioned by 1 ') },
  });
  expect(describeVerdict(plan, { region: 'us-east-1', freeTier: false })).toContain(
    'account.provisioned: AWS does not',
  );
  expect(elementOf(planLoad(withFloors(450, 450)), 'account.provisioned')).toBeUndefined();
});

test('names provisioned concurrency that target tracking takes above the account', () => {
  const { functions } = scenario.stage;
  const provisioned = { minEnvironments: 10, maxEnvironments: 2_000, targetUtilization: 0.1, floors: [] };
  const stage = { ...scenario.stage, functions: { ...functions, intake: { ...functions.intake, provisioned } } };
  const long = { ...profile, profiles: { sale: { startRate: 100, stages: [{ duration: '6m', target: 100 }] } } };
  const measured = { intake: [{ memoryMb: 1_024, p50Ms: 1_000 }] };
  const tracked = planLoad({ ...scenario, stage, measured, profile: long });
  expect(tracked.problems.map(({ element }) => element.id)).toContain('account.provisioned');
});
