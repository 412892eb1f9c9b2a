import { expect, test } from 'vitest';
import { type CloudCalibration, noCloudWork } from '../../../../scripts/planner/clouds/calibration/work.ts';
import type { MeterRule } from '../../../../scripts/planner/clouds/cloud-model.ts';
import { Instances } from '../../../../scripts/planner/clouds/instances.ts';
import { Meters } from '../../../../scripts/planner/clouds/meters.ts';
import { Tracker } from '../../../../scripts/planner/model/tracker.ts';
import { stepNames } from '../../../../scripts/planner/types.ts';

const write = { calls: 1, reads: 0, writes: 1, deletes: 0, storedBytes: 0 };
const step = {
  service: 'intake',
  perOrder: { ...noCloudWork, stores: { rows: write } },
  perGroup: noCloudWork,
} as const;
const calibration = {
  steps: Object.fromEntries(stepNames.map((name) => [name, step])),
  source: { source: 'test', date: '2026-11', mark: 'guessed' },
} as unknown as CloudCalibration;
const rule: MeterRule = {
  ...{ id: 'rows', unit: 'writes/s', reason: 'too fast', perSecond: 500, share: 1, isEnforced: false },
  take: ({ stores }) => stores.rows?.writes ?? 0,
};

/** Applies a load second by second. Returns the meter's element, all counts and the served total. */
function ask(rules: MeterRule, rateAt: (second: number) => number, seconds: number) {
  const [tracker, counts] = [new Tracker(), new Map<string, number>()];
  const meters = new Meters([rules], calibration, counts);
  let served = 0;
  for (let second = 0; second < seconds; second++) {
    meters.begin(1);
    served += rateAt(second) * meters.use('placeOrder', rateAt(second));
    meters.endStep(tracker, second, 1);
  }
  return { element: tracker.elements.get('rows'), counts, served };
}

test('a limit that grows by half each five minutes bears that load, and no faster one', () => {
  const ramp = { ...rule, growth: { factor: 1.5, seconds: 300 } };
  const by = (factor: number) => (second: number) => 490 * factor ** Math.floor(second / 301);
  expect(ask(ramp, by(1.5), 1_800).element?.since).toBeNull();
  expect(ask(ramp, by(1.6), 1_800).element?.since).toBe(301);
});

test('an enforced limit refuses the rest, and only what is served is billed', () => {
  const { element, counts, served } = ask({ ...rule, isEnforced: true }, () => 1_000, 10);
  expect(element).toMatchObject({ since: 1, offered: 10_000 });
  // The first second has a burst of one more.
  expect(served).toBe(5_500);
  expect(counts.get('stores.rows.writes')).toBe(5_500);
});

test('the busiest partition gets its share', () => {
  expect(ask({ ...rule, share: 1 / 8 }, () => 3_900, 5).element?.since).toBeNull();
  expect(ask({ ...rule, share: 1 / 8 }, () => 4_100, 5).element?.since).toBe(0);
});

test('an instance is as fast as its slots and its core allow', () => {
  const instances = new Instances({ minInstances: 0, maxInstances: 9, atOnce: 20, cores: 1, memoryMb: 512 }, 1);
  expect(instances.paceOf({ invocations: 1, seconds: 1, coreSeconds: 0.01 })).toBe(20);
  expect(instances.paceOf({ invocations: 1, seconds: 0.1, coreSeconds: 0.01 })).toBe(100);
});

test('instances start at their pace, up to the maximum', () => {
  const instances = new Instances({ minInstances: 0, maxInstances: 9, atOnce: 20, cores: 1, memoryMb: 512 }, 2);
  const work = { seconds: 1, coreSeconds: 0.001 };
  instances.grow({ invocations: 0, ...work }, 1);
  const counts = Array.from({ length: 6 }, () => {
    instances.grow({ invocations: 1_000, ...work }, 1);
    return instances.count;
  });
  expect(counts).toEqual([2, 4, 6, 8, 9, 9]);
});

test('an instance is billed for the time in which it has work, and each piece for a while', () => {
  const instances = new Instances({ minInstances: 1, maxInstances: 1, atOnce: 20, cores: 1, memoryMb: 512 }, 1);
  instances.grow({ invocations: 0, seconds: 0.1, coreSeconds: 0 }, 1);
  const active = (invocations: number, billed: number) =>
    instances.activeSeconds({ invocations, seconds: 0.1, coreSeconds: 0 }, billed, 100);
  expect(active(1, 1)).toBeCloseTo(1, 1);
  expect(active(1, 0.1)).toBeCloseTo(0.1, 2);
  // Never more than the time itself, however much it does at once.
  expect(active(100_000, 1)).toBeCloseTo(100, 6);
});
