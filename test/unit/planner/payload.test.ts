import { beforeAll, expect, test } from 'vitest';
import { loadScenario } from '../../../scripts/planner/inputs.ts';
import { planLoad } from '../../../scripts/planner/model/plan.ts';
import { toUsage } from '../../../scripts/planner/model/to-usage.ts';
import type { Scenario } from '../../../scripts/planner/model/world.ts';
import { parseProfile } from '../../../scripts/planner/profile/read-profile.ts';
import { priceOf } from '../../../scripts/planner/report/price.ts';
import type { Usage } from '../../../scripts/planner/types.ts';

const profileWith = (payload: string, more = '') =>
  parseProfile(
    `
profiles: { sale: { startRate: 50, stages: [{ duration: 20s, target: 50 }] } }
calendar: [{ profile: sale, at: 'Fri 12:00' }]
shop: { hot: { share: 0, products: 1 }, unitsPerProduct: 1000000, repeatPosts: 0 }
payload: ${payload}
${more}`,
    'payload.yaml',
  );

const load = (payload: string, cloud = 'aws') => loadScenario('prod', profileWith(payload), {}, cloud);
const usageOf = (scenario: Scenario): Usage => toUsage(planLoad(scenario));

let plain: Scenario;
beforeAll(async () => {
  plain = await load('{}');
}, 60_000);

test('a larger body makes larger orders and events, and is sent to the origin', async () => {
  const large = await load('{ requestBytes: 5000 }');
  const [before, after] = [usageOf(plain), usageOf(large)];
  const orders = planLoad(plain).runs[0]?.result.usage.orders ?? Number.NaN;
  const times = planLoad(plain).runs[0]?.result.run.times ?? Number.NaN;
  // An order of some 5.3 KB: six units instead of one for the order itself, as many for its copy in the index.
  const { perOrder } = large.calibration.steps.placeOrder;
  expect(perOrder.tables.orders).toMatchObject({ writeUnits: 6, indexWriteUnits: 6 + 1 });
  expect(after.tables.orders.writeUnits / before.tables.orders.writeUnits).toBeGreaterThan(3);
  // The worker reads an order of two units of 4 KB.
  expect(after.tables.orders.readUnits).toBeGreaterThan(before.tables.orders.readUnits * 1.5);
  expect(after.tables.orders.storedGb).toBeGreaterThan(before.tables.orders.storedGb * 3);
  expect(before.cdn.uploadGb).toBe(0);
  expect(after.cdn.uploadGb * 1e9).toBeCloseTo(orders * times * 5_000, -5);
  expect(after.tables.stock).toEqual(before.tables.stock);
}, 60_000);

test('a body of what the code itself needs changes no item', async () => {
  const { calibration } = await load('{ requestBytes: 50 }');
  expect(calibration).toEqual(plain.calibration);
});

test('a larger answer is transferred, and the bill grows with it', async () => {
  const large = await load('{ responseBytes: 20000 }');
  const [before, after] = [usageOf(plain), usageOf(large)];
  // 2,000 bytes are assumed.
  expect(after.cdn.responseGb / before.cdn.responseGb).toBeCloseTo(10, 6);
  const usd = (scenario: Scenario) =>
    priceOf(planLoad(scenario), { region: 'us-east-1', freeTier: false }).bill.lines.find(
      ({ unit, fixed, quantity }) => unit === 'GB' && !fixed && quantity > 0.01,
    )?.usd ?? 0;
  expect(usd(large)).toBeGreaterThan(usd(plain));
});

test.each([
  ['{ requestBytes: 0 }', '', 'payload.requestBytes is 0, must be at least 1'],
  ['{ requestBytes: 70000 }', '', 'payload.requestBytes is 70000, must be at most 60000'],
  ['{ bytes: 1 }', '', "payload has the unknown key 'bytes', must be one of requestBytes, responseBytes"],
  ['{ responseBytes: 9 }', 'assumptions: { pageBytes: 9 }', 'must not stand beside payload.responseBytes'],
])('rejects payload: %s %s', (payload, more, message) => {
  expect(() => profileWith(payload, more)).toThrow(message);
});
