import { beforeAll, expect, test } from 'vitest';
import { loadScenario } from '../../../scripts/planner/inputs.ts';
import { type Plan, planLoad } from '../../../scripts/planner/model/plan.ts';
import type { Scenario } from '../../../scripts/planner/model/world.ts';
import { parseProfile } from '../../../scripts/planner/profile/read-profile.ts';

const profileWith = (faults: string) =>
  parseProfile(
    `
profiles: { sale: { startRate: 200, stages: [{ duration: 4m, target: 200 }] } }
calendar: [{ profile: sale, at: 'Fri 12:00' }]
shop: { hot: { share: 0, products: 1 }, unitsPerProduct: 10000000, browsePerOrder: 0, statusReadsPerOrder: 0, cancels: 0 }
budget: { coldStartShare: 1 }
${faults}`,
    'faults.yaml',
  );

const throwing = (worker: string, share: number) =>
  `faults: [{ workerThrows: { worker: ${worker}, share: ${share}, after: 1m, for: 2m } }]`;

let scenario: Scenario;
beforeAll(async () => {
  const loaded = await loadScenario('prod', profileWith(''), {});
  const { fulfilment, settlement } = loaded.stage;
  // Batches of one, so that the published rule is seen: an error takes 0.304 of a batch away.
  scenario = {
    ...loaded,
    measured: { settlement: [{ memoryMb: 1_024, p50Ms: 100 }] },
    stage: {
      ...loaded.stage,
      settlement: { ...settlement, batchSize: 1, batchingWindowSeconds: 0, maxConcurrency: 400 },
      fulfilment: { ...fulfilment, cancellableSeconds: 1 },
    },
  };
}, 60_000);

const planWith = (faults: string, perError = scenario.constants.pollersPerError): Plan =>
  planLoad({
    ...scenario,
    profile: profileWith(faults),
    constants: { ...scenario.constants, pollersPerError: perError },
  });
const runOf = (plan: Plan) => plan.runs[0] as Plan['runs'][number];
const settledBetween = (plan: Plan, from: number, to: number): number => {
  const { settled } = runOf(plan).result.flow;
  return settled.totalAt(to) - settled.totalAt(from);
};

test('thrown errors slow the pollers far beyond their share, and are named', () => {
  const [healthy, faulty] = [planWith(''), planWith(throwing('settlement', 0.3))];
  expect(healthy.problems).toEqual([]);
  // 5 batches a second are added, and 0.304 taken for each error: 16.4 errors a second, so 38 messages that succeed.
  expect(settledBetween(faulty, 120, 180) / 60 / (16.4 * (0.7 / 0.3))).toBeCloseTo(1, 1);
  const [first] = faulty.problems;
  expect(first?.element).toMatchObject({ id: 'settlement.pollers', reason: 'thrown errors slow the pollers' });
  expect(first?.element.since).toBeGreaterThan(60);
  expect(first?.mend).toMatchObject({ text: expect.stringContaining('instead of throwing') });
});

test('without what an error takes from a poller, only the share of the errors is lost', () => {
  const faulty = planWith(throwing('settlement', 0.3), 0);
  expect(settledBetween(faulty, 120, 180) / 60 / (200 * 1.1 * 0.7)).toBeCloseTo(1, 1);
});

test.each(['settlement', 'fulfilment'])('no order is lost when %s throws: each comes back', (worker) => {
  const { flow, usage } = runOf(planWith(throwing(worker, 0.05))).result;
  const healthy = runOf(planWith('')).result;
  expect(flow.confirmed.total / flow.accepted.total).toBeCloseTo(1, 2);
  expect(flow.fulfilled.total / flow.accepted.total).toBeCloseTo(1, 2);
  const invocations = (of: typeof usage) => of.functions.get(worker as 'settlement')?.invocations ?? 0;
  expect(invocations(usage)).toBeGreaterThan(invocations(healthy.usage));
});

test('a redelivered order waits for the visibility timeout', () => {
  const p99 = (share: number) => runOf(planWith(throwing('settlement', share), 0)).journeys.confirm.p99;
  expect(p99(0.05)).toBeGreaterThan(p99(0) + 60);
});

test.each([
  ['faults: [{}]', 'faults[0] is {}, must be one of partnerDown, workerThrows'],
  [throwing('projection', 0.1), "workerThrows.worker is 'projection', must be one of settlement, fulfilment"],
  [throwing('settlement', 1), 'workerThrows.share is 1, must be at most 0.99'],
])('rejects %s', (faults, message) => {
  expect(() => profileWith(faults)).toThrow(message);
});
