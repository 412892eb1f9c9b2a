import { expect, test } from 'vitest';
import { followOrders, type Journeys } from '../../../scripts/planner/model/journeys.ts';
import { Curve } from '../../../scripts/planner/model/queues/fifo.ts';
import type { Hops, RunResult } from '../../../scripts/planner/model/simulate.ts';

const hops: Hops = {
  ...{ seed: 1, stepSeconds: 0, networkSeconds: 0, placeSeconds: 1, fulfilSeconds: 0, pollSeconds: 0 },
  ...{ redeliverSeconds: 180, servers: 10, spread: 0, drawColdStart: () => 30 },
};

interface Way {
  readonly hops?: Partial<Hops>;
  /** Seconds between a message and its batch. */
  readonly queued?: number;
  readonly stuck?: number;
  readonly coldShare?: number;
  readonly workerColdShare?: number;
  readonly settleSeconds?: number;
  readonly busiest?: { readonly asked: number; readonly seconds: number };
}

/** A hundred seconds of ten orders a second, all under the same conditions. */
function follow(way: Way): Journeys {
  const { queued = 0, stuck = 0, coldShare = 0, workerColdShare = 0, settleSeconds = 0 } = way;
  const curveFrom = (delay: number): Curve => {
    const curve = new Curve();
    if (delay > 0) curve.add(delay, 0);
    curve.add(delay + 100, 1_000);
    return curve;
  };
  const after = curveFrom(queued);
  const flow = {
    ...{ accepted: curveFrom(0), settled: after, confirmed: after, due: new Curve(), fulfilled: new Curve() },
    ...{ times: [1_000], settleSeconds: [settleSeconds], stuck: [stuck], coldShare: [coldShare] },
    workerColdShare: [workerColdShare],
  };
  const { busiest = { asked: 0, seconds: 0 } } = way;
  return followOrders({ hops: { ...hops, ...way.hops }, flow, busiest } as unknown as RunResult);
}

test('the percentiles are those of a log-normal duration', () => {
  const { accept } = follow({ hops: { spread: 0.35 } });
  // Mean 1: the median is exp(-s² / 2); the normal distribution has 95 % below 1.645 and 99 % below 2.326 deviations.
  const at = (deviations: number): number => Math.exp(0.35 * deviations - 0.35 ** 2 / 2);
  expect(accept.p50 / at(0)).toBeCloseTo(1, 1);
  expect(accept.p95 / at(1.645)).toBeCloseTo(1, 1);
  expect(accept.p99 / at(2.326)).toBeCloseTo(1, 1);
  expect(accept.max).toBeGreaterThan(at(3));
  expect(accept.p99).toBeGreaterThan(accept.p95 * 1.15);
});

test('each hop is on the way to the confirmed order', () => {
  const p99 = (way: Way): number => follow(way).confirm.p99;
  expect(p99({})).toBeCloseTo(1, 6);
  expect(p99({ hops: { networkSeconds: 2 } })).toBeCloseTo(3, 6);
  expect(p99({ hops: { pollSeconds: 2 } })).toBeCloseTo(3, 6);
  expect(p99({ settleSeconds: 4 })).toBeCloseTo(5, 6);
  expect(p99({ queued: 20 })).toBeCloseTo(21, 1);
  expect(p99({ stuck: 0.05 })).toBeCloseTo(181, 6);
  expect(p99({ coldShare: 0.05 })).toBeCloseTo(31, 6);
  expect(p99({ workerColdShare: 0.05 })).toBeCloseTo(31, 6);
});

test('a batch waits in line as Erlang says', () => {
  // M/D/1 at 80 %: half the mean wait of M/M/1, which is 4 services; none waits at half the load of 100 servers.
  const { confirm } = follow({ hops: { servers: 1 }, busiest: { asked: 0.8, seconds: 10 } });
  expect(confirm.p99 - 1).toBeGreaterThan(40);
  expect(confirm.p50 - 1).toBeGreaterThan(5);
  expect(confirm.p50 - 1).toBeLessThan(25);
  expect(follow({ hops: { servers: 100 }, busiest: { asked: 50, seconds: 10 } }).confirm.p99).toBeCloseTo(1, 6);
});

test('no order that is stuck or cold is in the median', () => {
  const { accept, confirm } = follow({ stuck: 0.05, coldShare: 0.05 });
  expect([accept.p50, confirm.p50].map(Math.round)).toEqual([1, 1]);
  expect(accept.p95).toBeLessThan(accept.max);
});

test('a cold start of the worker delays the confirmation, and nothing else', () => {
  const way: Way = { hops: { spread: 0.35 }, coldShare: 0.02 };
  const [warm, cold] = [follow(way), follow({ ...way, workerColdShare: 1 })];
  expect(cold.accept).toEqual(warm.accept);
  expect(cold.confirm.p50).toBeCloseTo(warm.confirm.p50 + 30, 6);
});
