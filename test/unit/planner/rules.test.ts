import { beforeAll, expect, test } from 'vitest';
import { originRate } from '../../../scripts/planner/model/cdn.ts';
import { PartnerBreaker } from '../../../scripts/planner/model/partner-breaker.ts';
import { Curve } from '../../../scripts/planner/model/queues/fifo.ts';
import { Settlement } from '../../../scripts/planner/model/settlement.ts';
import { Stores } from '../../../scripts/planner/model/stores.ts';
import { Tracker } from '../../../scripts/planner/model/tracker.ts';
import { UsageCounter } from '../../../scripts/planner/model/usage.ts';
import { type Scenario, World } from '../../../scripts/planner/model/world.ts';
import { rateAt, toSegments } from '../../../scripts/planner/profile/load.ts';
import { orderIndexes } from '../../../stacks/model/services.ts';
import { loadSmall, runOf, withShop, withStage } from './small.ts';

let scenario: Scenario;
beforeAll(async () => {
  scenario = await loadSmall(100, 10);
}, 60_000);

test('an index that cannot keep up slows its table down', () => {
  const { calibration, constants, stage } = scenario;
  const { placeOrder } = calibration.steps;
  const orders = { calls: 1, readUnits: 0, writeUnits: 1, indexWriteUnits: 4 * orderIndexes.length, storedBytes: 0 };
  const steps = {
    ...calibration.steps,
    placeOrder: { ...placeOrder, perOrder: { ...placeOrder.perOrder, tables: { orders } } },
  };
  const table = { mode: 'on-demand', maxReadUnitsPerSecond: 100, maxWriteUnitsPerSecond: 100, warm: null } as const;
  const own = { ...stage, tables: { ...stage.tables, orders: table } };
  const stores = new Stores(own, { ...calibration, steps }, constants, new UsageCounter());
  const tracker = new Tracker();
  // Each index is asked for 400 units; its burst and its first second hold 200.
  expect(stores.use('placeOrder', 100, 0, 0, 1)).toBeCloseTo(0.5, 6);
  stores.endStep(tracker, 0, 1);
  expect(tracker.elements.get('tables.orders.index')).toMatchObject({ offered: 400, refused: 200 });
  expect(tracker.elements.get('tables.orders.write')).toMatchObject({ offered: 100, refused: 0 });
});

test('messages whose writes the table refuses are redelivered to both workers: no order is lost', () => {
  const { tables } = scenario.stage;
  const tight = { mode: 'on-demand', maxReadUnitsPerSecond: 20_000, maxWriteUnitsPerSecond: 350, warm: null } as const;
  const { tracker, flow } = runOf(withStage(scenario, { tables: { ...tables, orders: tight } })).result;
  expect(tracker.elements.get('tables.orders.write')?.refused).toBeGreaterThan(1_000);
  expect(flow.accepted.total).toBeGreaterThan(900);
  expect(flow.confirmed.total / flow.accepted.total).toBeCloseTo(1, 2);
  expect(flow.fulfilled.total / flow.accepted.total).toBeCloseTo(1, 2);
});

test('an order that conflicts on a hot row is redelivered after the visibility timeout', () => {
  const hot = withShop(scenario, { hot: { share: 1, products: 1 }, shards: 1 });
  const { flow, hops } = runOf({ ...hot, constants: { ...hot.constants, transactionSeconds: 0.1 } }).result;
  expect(Math.max(...flow.stuck)).toBeGreaterThan(0.05);
  expect(flow.confirmed.total / flow.accepted.total).toBeCloseTo(1, 2);
  // Six times the function's timeout: AWS's advice for a queue with a function.
  expect(hops.redeliverSeconds).toBe(6 * scenario.stage.functions.settlement.timeoutSeconds);
  const firstTry = flow.confirmed.totalAt(hops.redeliverSeconds - 1);
  expect(firstTry).toBeLessThan(0.97 * flow.accepted.total);
});

test('a run lasts until the last redelivered order is settled', () => {
  const { fulfilment } = scenario.stage;
  const prompt = withStage(scenario, { fulfilment: { ...fulfilment, cancellableSeconds: 1 } });
  const hot = withShop(prompt, { hot: { share: 1, products: 1 }, shards: 1 });
  const { flow } = runOf({ ...hot, constants: { ...hot.constants, transactionSeconds: 0.1 } }).result;
  expect(flow.accepted.total - flow.confirmed.total).toBeLessThan(1);
});

test('the sweeper reads the open orders that have a turn, and sends old messages again', () => {
  const world = new World(scenario);
  const settlement = new Settlement(world, 0, 100);
  const { everyMinutes, stuckMinutes } = scenario.stage.sweeper;
  const accepted = new Curve();
  for (let minute = 1; minute <= 8 * stuckMinutes; minute++) accepted.add(minute * 60, 100);
  settlement.backlog = 1_000;
  settlement.waitSeconds = (stuckMinutes + 2 * everyMinutes) * 60;
  const readIn = (minutes: number): number => {
    const before = world.usage.tables.get('orders')?.reads ?? 0;
    world.now = minutes * 60;
    settlement.sweep(accepted, accepted.total);
    world.seconds = 60;
    settlement.sweep(accepted, accepted.total);
    return (world.usage.tables.get('orders')?.reads ?? 0) - before;
  };
  const first = readIn(8 * stuckMinutes);
  expect(settlement.backlog).toBeGreaterThan(1_100);
  // The first sweep reads each order older than the stuck time, the next one those of five ages.
  expect(first).toBeGreaterThan(100 * 7 * stuckMinutes);
  const second = readIn(8 * stuckMinutes + everyMinutes);
  expect(second / first).toBeCloseTo((5 * everyMinutes) / (7 * stuckMinutes), 1);
});

test('the breaker opens while the partner is down, and closes after it', () => {
  const breaker = new PartnerBreaker(scenario.stage, [{ from: 10, to: 60 }], 3);
  const gates = Array.from({ length: 240 }, (_, now) => breaker.pass(now));
  expect(gates.slice(0, 10)).toEqual(Array(10).fill('open to calls'));
  // Five failures of five calls.
  expect(gates.slice(14, 60)).toEqual(Array(46).fill('refuses'));
  expect(gates.slice(60 + scenario.stage.fulfilment.breakerOpenSeconds + 1)).not.toContain('refuses');
});

test('the account passes 10,000 requests a second, and 5,000 at once', () => {
  // https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
  const { api } = scenario.stage;
  if (api.kind !== 'http-api') throw new Error('prod has an HTTP API');
  const wide = { ratePerSecond: 1e6, burst: 1e6 };
  const open = withStage(scenario, { api: { ...api, throttles: { read: wide, write: wide, admin: wide } } });
  const constants = { ...scenario.constants, accountConcurrency: 100_000, warmWrites: 1e6, warmReads: 1e6 };
  const { tracker } = runOf({ ...open, constants, profile: { ...open.profile, profiles: rush } }).result;
  const element = tracker.elements.get('api.account');
  expect(element?.limit).toBeCloseTo(10_000, 6);
  const passed = (element?.offered ?? 0) - (element?.refused ?? 0);
  expect(passed).toBeCloseTo(5 * 10_000 + 5_000, 0);
  expect(tracker.elements.get('api.placeOrder')?.offered).toBeCloseTo(passed, 0);
});
const rush = { sale: { startRate: 20_000, stages: [{ duration: '5s', target: 20_000 }] } };

test('each cache asks the origin for itself', () => {
  const one = new Float64Array([1]);
  // r / (1 + r * ttl) for each cache.
  expect(originRate(one, 1_300, 10, 1)).toBeCloseTo(1_300 / 13_001, 6);
  expect(originRate(one, 1_300, 10, 13)).toBeCloseTo((13 * 100) / 1_001, 6);
  const askedOf = (originShield: boolean): number => {
    const { edge } = scenario.stage;
    const browsing = withShop(scenario, { browsePerOrder: 200, products: 1, hot: { share: 1, products: 1 } });
    const { usage } = runOf(withStage(browsing, { edge: { ...edge, originShield } })).result;
    return usage.originRequests - usage.orders;
  };
  expect(askedOf(false)).toBeGreaterThan(askedOf(true) * 10);
});

test.each([0, 0.5])('a post repeated by %d of the customers sends a message, and no order', (repeatPosts) => {
  const { flow, wanted } = runOf(withShop(scenario, { repeatPosts })).result;
  expect(flow.accepted.total / wanted).toBeCloseTo(1, 2);
  expect(flow.settled.total / flow.accepted.total).toBeCloseTo(1 + repeatPosts, 2);
  expect(flow.confirmed.total / flow.accepted.total).toBeCloseTo(1, 2);
});

test('a day is busiest at its peak, and quietest twelve hours later', () => {
  const day = toSegments({ diurnal: { peak: 2, trough: 0.1, peakAt: '20:00' } });
  expect(rateAt(day, 20 * 3_600)).toBeCloseTo(2, 6);
  expect(rateAt(day, 8 * 3_600)).toBeCloseTo(0.1, 6);
  expect(rateAt(day, 14 * 3_600)).toBeCloseTo(1.05, 6);
});

test('the first messages of a sale meet a worker that starts', () => {
  const { flow } = runOf(scenario).result;
  expect(flow.workerColdShare[0]).toBeGreaterThan(0);
  expect(flow.workerColdShare.at(-1)).toBe(0);
});
