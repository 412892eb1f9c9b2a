import { expect, test } from 'vitest';
import { FlowRecorder, toSteps } from '../../../scripts/planner/model/flow.ts';
import { Delay } from '../../../scripts/planner/model/queues/delay.ts';
import { Curve, mostPoints } from '../../../scripts/planner/model/queues/fifo.ts';
import { Tracker } from '../../../scripts/planner/model/tracker.ts';

// A day in half seconds.
const steps = 172_800;

test('a curve of a day keeps a bounded number of points, its total, and its times', () => {
  const curve = new Curve();
  for (let step = 1; step <= steps; step++) curve.add(step / 2, step % 7);
  const exact = Array.from({ length: steps }, (_, index) => (index + 1) % 7);
  const half = exact.slice(0, steps / 2).reduce((sum, one) => sum + one, 0);
  expect(curve.points).toBeLessThanOrEqual(mostPoints);
  expect(curve.points).toBeGreaterThan(mostPoints / 3);
  expect(curve.total).toBe(exact.reduce((sum, one) => sum + one, 0));
  expect(Math.abs(curve.timeOf(half) - steps / 4)).toBeLessThan(8);
  expect(Math.abs(curve.totalAt(steps / 4) - half)).toBeLessThan(8 * 2 * 7);
});

test.each([
  // Until when, and the length of a step.
  [
    3_600,
    [
      [60, 0.1],
      [3_600, 0.5],
    ],
  ],
  [
    86_400,
    [
      [60, 0.1],
      [3_600, 0.5],
      [86_400, 2],
    ],
  ],
  [30, [[30, 0.1]]],
])('an even load of %i s takes longer steps the longer it lasts', (seconds, expected) => {
  const run = { name: 'even', segments: [{ seconds, from: 10, to: 10 }], seconds, startsAt: 0, times: 1, isSale: true };
  expect(toSteps(run).map(({ until, seconds: each }) => [until, each])).toEqual(expected);
});

test('a curve of an hour keeps every point', () => {
  const curve = new Curve();
  for (let step = 1; step <= 7_200; step++) curve.add(step / 2, step % 7);
  expect(curve.points).toBe(7_201);
});

test('the record of a day is bounded, and keeps the mean of each share', () => {
  const run = { name: 'day', segments: [], seconds: 86_400, startsAt: 0, times: 1, isSale: true };
  const { flow, recorder } = recordOf(run);
  const gauges = { queue: 0, fulfilmentQueue: 0, environments: 1 };
  const done = { accepted: 1, processed: 1, confirmed: 1, due: 1, fulfilled: 1, seconds: 2 };
  for (let step = 1; step <= steps; step++)
    recorder.record(step / 2, 0.5, { ...done, stuck: step % 2 }, () => ({
      ...gauges,
      coldShare: (step % 4) / 4,
      workerColdShare: 1,
    }));
  const mean = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;
  for (const values of [flow.times, flow.settleSeconds, flow.stuck, flow.coldShare, flow.workerColdShare])
    expect(values).toHaveLength(flow.times.length);
  expect(flow.times.length).toBeLessThanOrEqual(mostPoints);
  expect(flow.times.at(-1)).toBe(86_400);
  expect([mean(flow.settleSeconds), mean(flow.stuck), mean(flow.coldShare)].map((one) => one.toFixed(2))).toEqual([
    '2.00',
    '0.50',
    '0.38',
  ]);
});

function recordOf(run: ConstructorParameters<typeof FlowRecorder>[0]) {
  const recorder = new FlowRecorder(run, new Tracker());
  return { recorder, flow: recorder.flow };
}

test('a delay of a day loses nothing of what it forgets', () => {
  const delay = new Delay();
  let taken = 0;
  for (let step = 1; step <= steps; step++) {
    delay.add(step / 2 + 600, 1);
    taken += delay.take(step / 2);
  }
  expect(taken).toBe(steps - 1_200);
  expect(delay.pending).toBe(1_200);
  expect(delay.take(Number.POSITIVE_INFINITY)).toBe(1_200);
});
