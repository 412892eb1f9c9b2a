import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { Pollers } from '../../../scripts/planner/model/queues/pollers.ts';
import { TokenBucket } from '../../../scripts/planner/model/token-bucket.ts';
import { type Check, check } from '../../../scripts/planner/validation/check.ts';
import { describeChecks, describeValidation } from '../../../scripts/planner/validation/describe.ts';
import { listedOfAws } from '../../../scripts/planner/validation/listed.ts';
import { feedQueue, today } from '../../../scripts/planner/validation/pollers.ts';
import { validate } from '../../../scripts/planner/validation/validate.ts';
import { scoreOf, validationNotes, validationTable } from '../../../scripts/planner/validation/validation-table.ts';

let checks: readonly Check[];
beforeAll(() => {
  checks = validate();
}, 30_000);

const rowsThat = (outcome: Check['outcome']) =>
  checks.filter((one) => one.outcome === outcome).map(({ set, row }) => `${set}: ${row}`);

test('the model agrees with the published figures that are judged, but for those named here', () => {
  expect(rowsThat('missed')).toEqual([]);
  // A figure that joins or leaves this list is a change of the model.
  const differing = rowsThat('differs').filter((row) => !row.startsWith('Cold start by memory'));
  expect(differing).toEqual([
    'SQS errors: 0 % thrown: end concurrency',
    'SQS errors: 1 % thrown: end concurrency',
    'SQS errors: 10 % thrown: end concurrency',
    'SQS drain of 100,000: 400 ms: minutes',
    'DynamoDB partition: reads before the split',
  ]);
  expect(scoreOf(checks)).toEqual({ judged: 260, agree: 239, differ: 21, shown: 2 });
});

test('the median of a cold start does not depend on memory, in any of twelve runtimes', () => {
  const medians = checks.filter(({ set, row }) => set === 'Cold start by memory' && row.endsWith('p50'));
  expect(medians).toHaveLength(36);
  expect(medians.filter(({ outcome }) => outcome !== 'holds')).toEqual([]);
});

test('a figure outside its tolerance is missed, unless a reason is given', () => {
  const figure = { set: 'a', row: 'b', measured: 100, unit: 's', source: 'c' };
  expect(check({ ...figure, model: 90, tolerance: 15 }).outcome).toBe('holds');
  expect(check({ ...figure, model: 80, tolerance: 15 }).outcome).toBe('missed');
  expect(check({ ...figure, model: 80, tolerance: 15, note: 'why' }).outcome).toBe('differs');
  expect(check({ ...figure, model: 80, tolerance: 15, atMost: true }).outcome).toBe('holds');
  expect(check({ ...figure, model: 80, tolerance: null, note: 'why' }).outcome).toBe('not judged');
});

test('the command names what it misses, counts what differs, and lists what it compares with nothing', async () => {
  const { text, holds } = await describeValidation();
  expect(holds).toBe(true);
  expect(text).toMatch(
    /differs from \d+ for a reason that is given; 2 are shown only, and \d+ published rows are listed/,
  );
  expect(text).toContain('4 ramps marked invalid (4): names no input');
  const missed = check({ set: 'a', row: 'b', model: 1, measured: 2, unit: 's', source: 'c', tolerance: 1 });
  expect(describeChecks([missed], [])).toMatchObject({
    holds: false,
    text: expect.stringContaining('the first: a, b.'),
  });
}, 30_000);

test('docs/planning.md holds the validation table of the code', () => {
  const document = readFileSync(join(import.meta.dirname, '../../../docs/planning.md'), 'utf8');
  expect(document).toContain(validationTable(checks, listedOfAws));
  expect(document).toContain(validationNotes(checks));
});

test('would see a poller that ramps at half the rate', () => {
  const { rampSeconds } = feedQueue({ rule: { ...today, perMinute: 150 }, seconds: 400, batchSeconds: 0.4 });
  expect(rampSeconds).toBeGreaterThan(170 * 1.15);
});

test('a poller never exceeds its maximum, and is back at its start when the queue is empty', () => {
  const pollers = new Pollers({ ...today, max: 20 });
  const load = { perConcurrency: 1, errorShare: 0, batch: 1 };
  for (let step = 0; step < 1_000; step++) pollers.step({ ...load, backlog: 1e6, arrived: 100 }, 0.1);
  expect(pollers.concurrency).toBe(20);
  pollers.step({ ...load, backlog: 0, arrived: 0 }, 1);
  expect(pollers.concurrency).toBe(5);
});

test('a token bucket grants its burst once, and then its rate', () => {
  const bucket = new TokenBucket(10, 20);
  expect(bucket.take(100, 1)).toBe(30);
  expect(bucket.take(100, 1)).toBe(10);
});
