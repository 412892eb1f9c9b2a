import { beforeAll, expect, test } from 'vitest';
import { model } from '../../../../scripts/planner/clouds/azure/model.ts';
import { loadScenario } from '../../../../scripts/planner/inputs.ts';
import { planLoad } from '../../../../scripts/planner/model/plan.ts';
import type { Scenario } from '../../../../scripts/planner/model/world.ts';
import { parseProfile } from '../../../../scripts/planner/profile/read-profile.ts';
import { describeVerdict } from '../../../../scripts/planner/report/verdict.ts';
import { loadSmall, runOf } from '../small.ts';
import { expectIdleMonths } from './idle-month.ts';
import { expectPublished } from './published.ts';
import { firstOf, half, instancesOf, sizeFor, withConstant, withInstances } from './rush.ts';

let sized: Scenario;

beforeAll(async () => {
  // One account carries 1,000 orders a second only in a test, and workers start at once.
  const changes = 'cloudAssumptions: { azure: { accountPerSecond: 200000, decisionSeconds: 0.1 } }';
  sized = await sizeFor('azure', changes, { settlement: 1_500, intake: 1_200 });
}, 120_000);

test('holds the load with the settings that it recommends', () => {
  expect(planLoad(sized).problems.map(({ element }) => element.id)).toEqual([]);
});

test('names the workers when their instances are halved, and the setting', () => {
  const { maxConcurrency } = sized.stage.settlement;
  const mutated = withInstances(sized, { settlement: half(maxConcurrency) });
  expect(firstOf(mutated)).toBe('settlement');
  expect(describeVerdict(planLoad(mutated), { region: 'all', freeTier: false })).toMatch(
    /settlement\.maxConcurrency = \d+ \(stacks\/model\/stages\/stages\.ts\); \d+ would hold, [+-]\$/,
  );
});

test('names the API when its instances are halved', () => {
  expect(firstOf(withInstances(sized, { intake: half(instancesOf('functions.intake', sized)) }))).toBe(
    'functions.intake',
  );
});

test('names the stock rows when there is one shard', () => {
  const shop = { ...sized.profile.shop, shards: 1 };
  expect(firstOf({ ...sized, measured: {}, profile: { ...sized.profile, shop } })).toBe('settlement.shards');
});

test.each([
  ['queues.order-requests', 'queueMessagesPerSecond'],
  ['storage.VIEW', 'tablePartitionPerSecond'],
  ['storage.account', 'accountPerSecond'],
  ['account.memory', 'memoryQuotaMb'],
])('names %s when its limit is half of what the load takes', (id, constant) => {
  const found = planLoad(sized).elements.find(({ element }) => element.id === id)?.element;
  if (!found) throw new Error(`no element ${id}`);
  const mutated = withConstant(sized, constant, found.use / 2);
  expect(planLoad(mutated).problems.map(({ element }) => element.id)).toContain(id);
});

test('names the queue first when only its rate is halved', () => {
  expect(firstOf(withConstant(sized, 'queueMessagesPerSecond', 1 / 2))).toBe('queues.order-requests');
});

test('an idle month costs what docs/deploying/azure.md counts', () => {
  expectIdleMonths(model);
});

test("counts Azure's entities: a batch is one request, and its rows count each", () => {
  const { placeOrder, confirm } = sized.elsewhere?.calibration.steps ?? {};
  expect(placeOrder?.perOrder.stores).toMatchObject({ ORDER: { calls: 1, writes: 1 }, CUSTOMER: { writes: 1 } });
  // Decision, event and stock in one batch, after the order, the decision before and the stock were read.
  expect(confirm?.perOrder.stores.STOCK).toMatchObject({ calls: 4, reads: 3, writes: 3 });
  expect(confirm?.perOrder.queues.outbox?.messages).toBe(1);
});

test('says how it agrees with what was published', () => {
  expectPublished(model, [
    'Drain of 100,000: pause of 500 ms: minutes',
    'Drain of 100,000: 400 ms of a core: minutes',
    'Fan-out: 20,000 jobs of 5 s: minutes',
  ]);
});

test('the first messages of a sale meet an instance that starts', async () => {
  const { flow } = runOf(await loadSmall(100, 10, 'prod', 'azure')).result;
  expect(Math.max(...flow.workerColdShare)).toBeGreaterThan(0);
}, 60_000);

test('takes the size of an answer', async () => {
  const { constants } = await loadScenario('prod', withWords('payload: { responseBytes: 20000 }'), {}, 'azure');
  expect(constants.pageBytes).toBe(20_000);
}, 60_000);

test.each([
  [
    'faults: [{ workerThrows: { worker: settlement, share: 0.1, after: 1s, for: 1s } }]',
    'faults[0].workerThrows is modelled on aws only, and the cloud is azure',
  ],
  ['payload: { requestBytes: 5000 }', 'payload.requestBytes is modelled on aws only, and the cloud is azure'],
])('refuses %s, which only AWS has a rule for', async (words, message) => {
  await expect(loadScenario('prod', withWords(words), {}, 'azure')).rejects.toThrow(message);
});

function withWords(words: string) {
  return parseProfile(
    `
profiles: { sale: { startRate: 1, stages: [{ duration: 10s, target: 1 }] } }
calendar: [{ profile: sale, at: 'Fri 12:00' }]
${words}`,
    'words.yaml',
  );
}
