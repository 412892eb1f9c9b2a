import { expect, test } from 'vitest';
import { spoil } from '../../../../scripts/lab/drill/release/bad-versions.ts';
import { findFired, findSource, LocalMetrics, minuteMs } from '../../../../scripts/lab/drill/release/local-alarms.ts';
import { bundlePrevious, checkPackages } from '../../../../scripts/lab/drill/release/previous.ts';
import { buildResult } from '../../../../scripts/lab/drill/release/result.ts';
import { alarmRows } from '../../../../stacks/model/operations/alarm-rows.ts';
import { findStage } from '../../../../stacks/model/stages/stages.ts';

const stage = findStage('local');
const rows = alarmRows(stage, 'api');

/** Metrics whose clock is stopped at `now`, with values at times. */
const at = (now: number, seen: readonly (readonly [metric: string, atMs: number, value: number])[]) => ({
  now: () => now,
  values: (_service: unknown, metric: string, from: number, to: number) =>
    seen.filter(([name, ms]) => name === metric && ms >= from && ms < to).map(([, , value]) => value),
});

test('an alarm fires once each of its periods reaches the threshold', () => {
  const errors = (...times: readonly number[]) => times.flatMap((ms) => Array(5).fill(['5xx', ms, 1] as const));
  const [early, late] = [1_000, 1_000 + minuteMs];
  expect(findFired('local', rows, at(2 * minuteMs, errors(early, late)))).toMatchObject({ alarm: 'api-5xx' });
  expect(findFired('local', rows, at(2 * minuteMs, errors(late)))).toBeUndefined();
  expect(findFired('local', rows, at(2 * minuteMs, errors(early, late).slice(1)))).toBeUndefined();
  expect(findFired('local', rows, at(2 * minuteMs, []))).toBeUndefined();
});

test('one unreadable row is enough, and latency is judged by its p99', () => {
  expect(findFired('local', rows, at(minuteMs, [['UnreadableRows', 1, 1]]))?.alarm).toMatch(/-unreadable-rows$/);
  const slow = [0, 1, 2].map((minute) => ['Latency', minute * minuteMs + 1, stage.alarms.apiLatencyMs] as const);
  expect(findFired('local', rows, at(3 * minuteMs, slow))?.alarm).toBe('api-latency');
  expect(findFired('local', rows, at(3 * minuteMs, slow.slice(1)))).toBeUndefined();
});

test('finds the source of the rows about functions and API, and of no other', () => {
  const found = (name: string) => {
    const row = rows.find((one) => one.name === name);
    return row && findSource('local', row);
  };
  expect(found('settlement-errors')).toEqual({ service: 'settlement', metric: 'Errors' });
  expect(found('intake-unreadable-rows')).toEqual({ service: 'intake', metric: 'UnreadableRows' });
  expect(found('api-5xx')).toEqual({ service: undefined, metric: '5xx' });
  expect(found('order-requests-dlq-depth')).toBeUndefined();
});

test('counts calls, their failures, and what functions count themselves', () => {
  const metrics = new LocalMetrics();
  metrics.onCall({ version: 'a', service: 'intake', ms: 3, failed: false, status: 503 });
  metrics.onCall({ version: 'a', service: 'settlement', ms: 3, failed: true, status: undefined });
  const _aws = { CloudWatchMetrics: [{ Metrics: [{ Name: 'UnreadableRows' }] }] };
  metrics.onMetrics('a', 'settlement', { _aws, UnreadableRows: [1, 2] });
  const values = (service: 'intake' | 'settlement', metric: string) => metrics.values(service, metric, 0, 60_000);
  expect([values('intake', '5xx'), values('intake', 'Errors'), values('intake', 'Latency')]).toEqual([[1], [], [3]]);
  expect([values('settlement', 'Errors'), values('settlement', 'Latency')]).toEqual([[1], []]);
  expect(values('settlement', 'UnreadableRows')).toEqual([3]);
});

test('refuses a base that needs other packages, or that git does not know', async () => {
  const lock = (version: string, dev = false) =>
    JSON.stringify({ packages: { '': {}, 'node_modules/zod': { version, dev } } });
  expect(() => checkPackages('v1', lock('1'), lock('1'))).not.toThrow();
  expect(() => checkPackages('v1', lock('1', true), lock('2', true))).not.toThrow();
  expect(() => checkPackages('v1', lock('1'), lock('2'))).toThrow(/need other packages .*zod/);
  await expect(bundlePrevious('no-such-version', '/nowhere')).rejects.toThrow(
    /no commit 'no-such-version'|git did not/,
  );
});

test('the bad version quotes the line that writes an order', () => {
  expect(spoil()).toContain("state: 'RESERVED'");
  expect(() => spoil('other source')).toThrow(/change .*bad-versions/);
});

test('a version that got no call, an alarm and a bad version that stays all fail the drill', () => {
  const bad = {
    name: 'throws',
    calls: [],
    early: undefined,
    alarm: undefined,
    tookMs: undefined,
    allowedMs: 10_000,
  } as const;
  const { findings } = buildResult({
    good: { name: 'before', calls: [], fired: [{ alarm: 'api-5xx', atMs: 1 }], p99Ms: 1 },
    ...{ bad: [{ ...bad, repaired: 0 }], rate: 1, kept: [], visits: [] },
    snapshot: { events: [] } as never,
  });
  const failed = findings.filter(({ holds }) => !holds).map(({ what }) => what);
  expect(failed).toContain('calls of settlement, version before');
  expect(failed).toContain('calls of settlement, version present');
  expect(failed).toContain('alarms during the good release');
  expect(failed).toContain("'throws' is rolled back by its alarm");
  expect(failed).toContain('accepted orders settled');
});
