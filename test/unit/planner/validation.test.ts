import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { Pollers } from '../../../scripts/planner/model/queues/pollers.ts';
import { TokenBucket } from '../../../scripts/planner/model/token-bucket.ts';
import type { Check } from '../../../scripts/planner/validation/check.ts';
import { feedQueue, today } from '../../../scripts/planner/validation/pollers.ts';
import { validate, validationTable } from '../../../scripts/planner/validation/validate.ts';

let checks: readonly Check[];
beforeAll(() => {
  checks = validate();
}, 30_000);

test('the model agrees with every published figure that is judged', () => {
  expect(checks.filter(({ tolerance }) => tolerance !== null).length).toBeGreaterThan(60);
  expect(checks.filter(({ holds }) => !holds)).toEqual([]);
});

test('docs/planning.md holds the validation table of the code', () => {
  const document = readFileSync(join(import.meta.dirname, '../../../docs/planning.md'), 'utf8');
  expect(document).toContain(validationTable(checks));
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
