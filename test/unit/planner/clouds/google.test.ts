import { beforeAll, expect, test } from 'vitest';
import { model } from '../../../../scripts/planner/clouds/google/model.ts';
import { planLoad } from '../../../../scripts/planner/model/plan.ts';
import type { Scenario } from '../../../../scripts/planner/model/world.ts';
import { describeVerdict } from '../../../../scripts/planner/report/verdict.ts';
import { expectIdleMonths } from './idle-month.ts';
import { expectPublished } from './published.ts';
import { firstOf, half, instancesOf, sizeFor, withConstant, withInstances } from './rush.ts';

let sized: Scenario;

beforeAll(async () => {
  // The database was under load before: otherwise nothing but 500/50/5 is seen.
  const changes = 'cloudAssumptions: { google: { firestoreStart: 50000 } }';
  sized = await sizeFor('google', changes, { settlement: 1_200, intake: 1_500 });
}, 120_000);

test('holds the load with the settings that it recommends', () => {
  expect(planLoad(sized).problems.map(({ element }) => element.id)).toEqual([]);
});

test('names the workers when their instances are halved, and the setting', () => {
  const mutated = withInstances(sized, { settlement: half(sized.stage.settlement.maxConcurrency) });
  expect(firstOf(mutated)).toBe('settlement');
  expect(describeVerdict(planLoad(mutated), { region: 'tier2', freeTier: false })).toMatch(
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

test('names a collection of a database that was idle, and when to begin', () => {
  const mutated = withConstant(sized, 'firestoreStart', 500 / 50_000);
  expect(firstOf(mutated)).toMatch(/^firestore\./);
  expect(describeVerdict(planLoad(mutated), { region: 'tier2', freeTier: false })).toMatch(
    /raise the load of a collection by half each five minutes, so begin \d+ minutes before/,
  );
});

test('advice alone breaks nothing, and is no next limit', () => {
  const document = planLoad(sized).elements.find(({ element }) => element.id === 'firestore.stockDocument')?.element;
  expect(document?.use).toBeGreaterThan(1);
  expect(document?.since).toBeNull();
  expect(describeVerdict(planLoad(sized), { region: 'tier2', freeTier: false })).not.toContain('stockDocument');
});

test('an idle month costs what docs/deploying/google.md counts', () => {
  expectIdleMonths(model);
});

test('counts documents: a confirmed order changes its own, the stock and its event, twice', () => {
  const { confirm, fulfil } = sized.elsewhere?.calibration.steps ?? {};
  const { orders, stock, events } = confirm?.perOrder.stores ?? {};
  expect([orders?.writes, stock?.writes, events?.writes]).toEqual([1, 1, 2]);
  // Pub/Sub cannot delay a message: each order is postponed once, and handed on.
  expect(fulfil?.perOrder.stores.postponed).toMatchObject({ writes: 1, deletes: 1 });
});

test('says how it agrees with what was published', () => {
  expectPublished(model, [
    'Drain of 100,000: pause of 500 ms: minutes',
    'Drain of 100,000: pause of 500 ms: peak',
    'Drain of 100,000: 160 ms at 2,048 MB: minutes',
    'Drain of 100,000: 160 ms at 2,048 MB: peak',
    'Cloud Run: wait before 429',
  ]);
});
