import { beforeAll, expect, test } from 'vitest';
import { constants } from '../../../scripts/planner/model/assumptions.ts';
import { FunctionPool } from '../../../scripts/planner/model/functions/function-pool.ts';
import { planLoad } from '../../../scripts/planner/model/plan.ts';
import { TableCapacity } from '../../../scripts/planner/model/table-capacity.ts';
import { toUsage } from '../../../scripts/planner/model/to-usage.ts';
import { type Scenario, World } from '../../../scripts/planner/model/world.ts';
import { loadSmall, runOf, withStage } from './small.ts';

// Literals beside their sources: a constant that changes by mistake changes what is served, when, or at what price.

let scenario: Scenario;
beforeAll(async () => {
  scenario = await loadSmall(100, 10);
}, 60_000);

const withIntake = (provisioned: Scenario['stage']['functions']['intake']['provisioned']): Scenario => {
  const { functions } = scenario.stage;
  return withStage(scenario, { functions: { ...functions, intake: { ...functions.intake, provisioned } } });
};

/** Runs a pool second by second. @returns what it served of `concurrency`, and what it held provisioned */
function runPool(own: Scenario, concurrency: number, seconds: number) {
  const world = new World(own);
  const pool = new FunctionPool('intake', world, 0);
  const [served, provisioned] = [[] as number[], [] as number[]];
  for (let second = 0; second < seconds; second++) {
    const before = world.usage.of('intake').heldSeconds;
    const load = { invocations: concurrency, seconds: 1, others: 0, atRandom: false };
    served.push(Math.round(pool.serve(load) * concurrency));
    provisioned.push(Math.round(world.usage.of('intake').heldSeconds - before));
    world.endStep();
  }
  return { served, provisioned };
}

test('a function starts 1,000 environments at once, and 1,000 more each ten seconds', () => {
  // https://docs.aws.amazon.com/lambda/latest/dg/scaling-behavior.html
  const wide = { ...withIntake(null), constants: { ...constants, accountConcurrency: 50_000 } };
  const { served } = runPool(wide, 20_000, 21);
  expect([served[0], served[1], served[10], served[20]]).toEqual([1_000, 1_100, 2_000, 3_000]);
});

test('target tracking allocates after three minutes above its target, and 90 s', () => {
  // https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
  const tracked = withIntake({ minEnvironments: 10, maxEnvironments: 500, targetUtilization: 0.5, floors: [] });
  const { provisioned } = runPool(tracked, 100, 300);
  // 100 busy environments are half of 200.
  expect([provisioned[0], provisioned.indexOf(200), provisioned.at(-1)]).toEqual([10, 180 + 90, 200]);
});

test('a new table serves 4,000 writes and 12,000 reads a second, and twice its peak of 30 minutes ago', () => {
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode-max-throughput.html
  const table = {
    mode: 'on-demand',
    maxReadUnitsPerSecond: 40_000,
    maxWriteUnitsPerSecond: 40_000,
    warm: null,
  } as const;
  for (const [kind, start] of [
    ['write', 4_000],
    ['read', 12_000],
  ] as const) {
    const capacity = new TableCapacity(kind, table, constants);
    const limitAfter = new Map<number, number>();
    for (let second = 0; second < 32 * 60; second++) {
      capacity.take(start, second, 1);
      limitAfter.set(second + 1, capacity.limit().perSecond);
    }
    expect([limitAfter.get(60), limitAfter.get(30 * 60), limitAfter.get(32 * 60)]).toEqual([start, start, 2 * start]);
  }
});

test.each([
  [4, 32],
  [1, 8],
])('a stream has a shard per 1,000 writes a second, each read by %i workers: %i', (parallelizationFactor, limit) => {
  // https://aws.amazon.com/blogs/database/part-2-scaling-dynamodb-how-partitions-hot-keys-and-split/
  const { projection, tables } = scenario.stage;
  const orders = { ...tables.orders, warm: { readUnitsPerSecond: 12_000, writeUnitsPerSecond: 8_000 } };
  const changed = { projection: { ...projection, parallelizationFactor }, tables: { ...tables, orders } };
  const { tracker } = runOf(withStage(scenario, changed as Partial<Scenario['stage']>)).result;
  expect(tracker.elements.get('projection')?.limit).toBeCloseTo(limit, 6);
});

test('a stream of fewer workers falls behind', () => {
  const { projection } = scenario.stage;
  const measured = { projection: [{ memoryMb: 512, p50Ms: 8_000 }] };
  const lagOf = (parallelizationFactor: number): number => {
    const slow = withStage(scenario, { projection: { ...projection, batchSize: 10, parallelizationFactor } });
    const { fulfilled } = runOf({ ...slow, measured }).result.flow;
    return fulfilled.timeOf(fulfilled.total / 2);
  };
  expect(lagOf(1)).toBeGreaterThan(lagOf(4) + 10);
});

test('a call waits 6 ms for each round trip to a store', () => {
  const { roundTrips } = scenario.calibration.steps.placeOrder.perOrder;
  const { memoryMb } = scenario.stage.functions.intake;
  const busy = scenario.processor.intake.perCallMs / Math.min(1, memoryMb / 1_769);
  expect(roundTrips).toBeGreaterThan(0);
  expect(new World(scenario).secondsOf('placeOrder', 1, 0) * 1_000).toBeCloseTo(busy + 6 * roundTrips, 6);
});

test('a cold start is billed with the median of the published ones, 125 ms', () => {
  // https://github.com/maxday/lambda-perf
  const plan = planLoad(withIntake(null));
  const [run] = plan.runs;
  const { coldStarts = 0, seconds = 0 } = run?.result.usage.functions.get('intake') ?? {};
  const { gbSeconds, memoryMb } = toUsage(plan).functions.intake;
  expect(coldStarts).toBeGreaterThan(1);
  const billed = (gbSeconds * 1_024) / memoryMb / (run?.result.run.times ?? 0);
  expect((billed - seconds) / coldStarts).toBeCloseTo(0.125, 3);
});
