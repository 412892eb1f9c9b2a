import { expect, test } from 'vitest';
import { measureHotShard } from '../../scripts/lab/simulation/hot-shard.ts';
import { buildPlan } from '../../scripts/lab/simulation/plan.ts';
import { protocols } from '../../scripts/lab/simulation/protocols.ts';
import { simulate } from '../../scripts/lab/simulation/run.ts';
import { explore } from '../../scripts/lab/simulation/runs/exhaustive.ts';
import { runSeeds } from '../../scripts/lab/simulation/runs/pool.ts';
import { shrink } from '../../scripts/lab/simulation/runs/shrink.ts';

const seeds = 40;

test.each(protocols)(
  '%s keeps every invariant under faults, and runs the same on one thread and two',
  async (scenario) => {
    const two = await runSeeds({ scenario, seeds }, { workers: 2 });
    expect(two.failures).toEqual([]);
    for (const id of ['I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7']) expect(two.checked[id]).toBeGreaterThan(seeds);
    const one = await runSeeds({ scenario, seeds }, { workers: 1 });
    expect(one.traceHash).toBe(two.traceHash);
  },
);

test('sites never oversell, while a merging counter nearly always does', async () => {
  const runs = 1_000;
  const { failures, checked } = await runSeeds({ scenario: 'escrow', seeds: runs }, { workers: 2 });
  expect(failures).toEqual([]);
  expect(checked['oversold by a merging counter']).toBeGreaterThan(runs / 2);
  expect(checked['stranded units']).toBeGreaterThan(0);
});

test('hands each order to a failing partner once, and no cancelled order', async () => {
  const { failures, checked } = await runSeeds({ scenario: 'fulfilment', seeds }, { workers: 2 });
  expect(failures).toEqual([]);
  for (const seen of ['I8', 'OrdersFulfilled', 'FulfilmentsPostponed']) expect(checked[seen]).toBeGreaterThan(seeds);
  for (const seen of ['OrdersRefused', 'BreakerOpened', 'BreakerProbes', 'BreakerClosed'])
    expect(checked[seen]).toBeGreaterThan(0);
});

test('concurrent sweepers recover every order whose message was lost', async () => {
  const { failures, checked } = await runSeeds({ scenario: 'sweeper', seeds }, { workers: 2 });
  expect(failures).toEqual([]);
  expect(checked.OrdersSwept).toBeGreaterThan(seeds);
});

test('rebuilds the views and redrives dead letters during the sale, despite deaths and lost answers', async () => {
  const { failures, checked } = await runSeeds({ scenario: 'operator', seeds }, { workers: 2 });
  expect(failures).toEqual([]);
  for (const seen of ['rebuilds', 'redriven']) expect(checked[seen]).toBeGreaterThan(seeds / 2);
});

test('sells each unit once in several regions, through cuts, lost calls and the loss of a region', async () => {
  const { failures, checked } = await runSeeds({ scenario: 'regions', seeds }, { workers: 2 });
  expect(failures).toEqual([]);
  for (const seen of ['transfers', 'sold out', 'calls in trouble']) expect(checked[seen]).toBeGreaterThan(seeds);
  const rare = [
    'sold out, judged',
    'lost regions',
    'orders with two rows',
    'orders only in a lost region',
    'stranded units',
  ];
  for (const seen of rare) expect(checked[seen]).toBeGreaterThan(0);
});

test('lets orders expire over months, late and in any sequence, and rebuilds the views without losing them', async () => {
  const { failures, checked } = await runSeeds({ scenario: 'retention', seeds }, { workers: 2 });
  expect(failures).toEqual([]);
  for (const seen of ['rows deleted', 'orders gone', 'rebuilds']) expect(checked[seen]).toBeGreaterThan(seeds);
  expect(checked['open for longer than the retention']).toBeGreaterThan(seeds / 4);
});

test('never has two effective leaders, despite pauses, wrong clocks and deaths', async () => {
  const runs = 500;
  const { failures, checked } = await runSeeds({ scenario: 'lease', seeds: runs }, { workers: 2 });
  expect(failures).toEqual([]);
  expect(checked.leaders).toBeGreaterThan(2 * runs);
});

test('50 environments share a breaker without writes in calm times, probe once at a time, and spare a failing partner', async () => {
  const { failures, checked } = await runSeeds({ scenario: 'breaker', seeds: 4 }, { workers: 2 });
  expect(failures).toEqual([]);
  expect(checked.probes).toBeGreaterThan(4);
});

test('finds no violation in any interleaving of three messages with a crash and a fault', async () => {
  const { violations, executions, states } = await explore('dynamodb');
  expect(violations).toEqual([]);
  expect(executions).toBeGreaterThan(50);
  expect(states).toBeGreaterThan(500);
});

test('confirms a hot shard ten times as fast in groups at the same conflict rate', async () => {
  const shop = { orders: 2_000, conflictRate: 0.2, consumers: 16, batch: 49 };
  const single = await measureHotShard({ ...shop, orders: 500 }, { grouped: false });
  const grouped = await measureHotShard(shop, { grouped: true });
  expect(grouped.ordersPerSecond / single.ordersPerSecond).toBeGreaterThan(10);
});

test('shrinks a failing run to what makes it fail', async () => {
  const plan = buildPlan(7);
  const culprits = { order: 'order-9', fault: (await simulate(plan, 'dynamodb')).injected.at(-1) ?? '' };
  const { plan: least, outcome } = await shrink(plan, async (smaller, settings) => {
    const ran = await simulate(smaller, 'partition', settings);
    const isPlaced = smaller.orders.some(({ name }) => name === culprits.order);
    const failed = !smaller.faults.skipped.has(culprits.fault);
    return { ...ran, violations: isPlaced && failed ? [{ invariant: 'I4', text: 'both at once' }] : [] };
  });
  expect(least.orders.map(({ name }) => name)).toEqual([culprits.order]);
  expect(least.restocks).toEqual([]);
  expect(outcome.lines.length).toBeGreaterThan(0);
  expect(outcome.violations).toHaveLength(1);
});

test('repeats a trace exactly', async () => {
  const [first, second] = [
    await simulate(buildPlan(7), 'partition', { trace: true }),
    await simulate(buildPlan(7), 'partition', { trace: true }),
  ];
  expect(first.lines.length).toBeGreaterThan(100);
  expect(second).toEqual(first);
});
