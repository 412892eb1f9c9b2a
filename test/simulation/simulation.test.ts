import { expect, test } from 'vitest';
import { explore } from '../../scripts/lab/simulation/exhaustive.ts';
import { measureHotShard } from '../../scripts/lab/simulation/hot-shard.ts';
import { mutants } from '../../scripts/lab/simulation/mutants.ts';
import { planOf } from '../../scripts/lab/simulation/plan.ts';
import { runSeeds } from '../../scripts/lab/simulation/pool.ts';
import { protocols } from '../../scripts/lab/simulation/protocols.ts';
import { simulate } from '../../scripts/lab/simulation/run.ts';
import { shrink } from '../../scripts/lab/simulation/shrink.ts';

const seeds = 40;

test.each(protocols)('%s: every invariant holds, whatever fails; two threads run what one runs', async (scenario) => {
  const two = await runSeeds({ scenario, seeds }, { workers: 2 });
  expect(two.failures).toEqual([]);
  for (const id of ['I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7']) expect(two.checked[id]).toBeGreaterThan(seeds);
  const one = await runSeeds({ scenario, seeds }, { workers: 1 });
  expect(one.traceHash).toBe(two.traceHash);
});

test('sites never sell more than there is, where a counter that merges nearly always does', async () => {
  const runs = 1_000;
  const { failures, checked } = await runSeeds({ scenario: 'escrow', seeds: runs }, { workers: 2 });
  expect(failures).toEqual([]);
  expect(checked['oversold by a merging counter']).toBeGreaterThan(runs / 2);
  expect(checked['stranded units']).toBeGreaterThan(0);
});

test('a partner that dies and comes back gets every order once, and no order that a customer cancelled', async () => {
  const { failures, checked } = await runSeeds({ scenario: 'fulfilment', seeds }, { workers: 2 });
  expect(failures).toEqual([]);
  for (const seen of ['I8', 'OrdersFulfilled', 'FulfilmentsPostponed']) expect(checked[seen]).toBeGreaterThan(seeds);
  for (const seen of ['OrdersRefused', 'BreakerOpened', 'BreakerProbes', 'BreakerClosed'])
    expect(checked[seen]).toBeGreaterThan(0);
});

test('what was lost is asked for again until every order has ended, however many sweep', async () => {
  const { failures, checked } = await runSeeds({ scenario: 'sweeper', seeds }, { workers: 2 });
  expect(failures).toEqual([]);
  expect(checked.OrdersSwept).toBeGreaterThan(seeds);
});

test('with pauses, wrong clocks and deaths, no run has two effective leaders', async () => {
  const runs = 500;
  const { failures, checked } = await runSeeds({ scenario: 'lease', seeds: runs }, { workers: 2 });
  expect(failures).toEqual([]);
  expect(checked.leaders).toBeGreaterThan(2 * runs);
});

test('50 environments write nothing while all is well, make one probe, and spare a partner that is down', async () => {
  const { failures, checked } = await runSeeds({ scenario: 'breaker', seeds: 4 }, { workers: 2 });
  expect(failures).toEqual([]);
  expect(checked.probes).toBeGreaterThan(4);
});

test.each([
  'a REJECTED write without its condition',
  'a conflict is taken for sold out',
  'the partner is asked with another key each time',
  'what a leader writes has no fence',
  'the progress is written without its fence',
  'who lost the election probes as well',
])('catches: %s', async (name) => {
  const mutant = mutants.find((one) => one.name === name);
  if (!mutant) throw new Error(`there is no mutant '${name}'`);
  const job = { scenario: mutant.scenario, seeds: 2_000, stopAtFailure: true, mutant };
  const { failures } = await runSeeds(job, { workers: 1 });
  expect(failures).toHaveLength(1);
});

test('every order of the steps of three messages, with a crash and a fault: complete', async () => {
  const { violations, executions, states } = await explore('dynamodb');
  expect(violations).toEqual([]);
  expect(executions).toBeGreaterThan(50);
  expect(states).toBeGreaterThan(500);
});

test('a hot shard is confirmed ten times as fast in groups, at the same rate of conflicts', async () => {
  const shop = { orders: 2_000, conflictRate: 0.2, consumers: 16, batch: 49 };
  const single = await measureHotShard({ ...shop, orders: 500 }, { grouped: false });
  const grouped = await measureHotShard(shop, { grouped: true });
  expect(grouped.ordersPerSecond / single.ordersPerSecond).toBeGreaterThan(10);
});

test('refuses a mutant whose line is not there', async () => {
  const mutant = {
    name: 'none',
    scenario: 'dynamodb',
    file: 'functions/domain/stock.ts',
    find: 'nowhere',
    replace: '',
  } as const;
  const run = runSeeds({ scenario: 'dynamodb', seeds: 1, mutant }, { workers: 1 });
  await expect(run).rejects.toThrow('stands 0 times');
});

test('leaves of a failing run only what makes it fail', async () => {
  const plan = planOf(7);
  const culprits = { order: 'order-9', fault: (await simulate(plan, 'dynamodb')).injected.at(-1) ?? '' };
  const { plan: least, outcome } = await shrink(plan, async (smaller, settings) => {
    const ran = await simulate(smaller, 'dynamodb', settings);
    const ordered = smaller.orders.some(({ name }) => name === culprits.order);
    const failed = !smaller.faults.spared.has(culprits.fault);
    return { ...ran, violations: ordered && failed ? [{ invariant: 'I4', text: 'both at once' }] : [] };
  });
  expect(least.orders.map(({ name }) => name)).toEqual([culprits.order]);
  expect(least.restocks).toEqual([]);
  expect(outcome.lines.length).toBeGreaterThan(0);
  expect(outcome.violations).toHaveLength(1);
});

test('a trace says the same twice', async () => {
  const [first, second] = [
    await simulate(planOf(7), 'dynamodb', { trace: true }),
    await simulate(planOf(7), 'dynamodb', { trace: true }),
  ];
  expect(first.lines.length).toBeGreaterThan(100);
  expect(second).toEqual(first);
});
