import { expect, test } from 'vitest';
import { buggySource, bugs, withBug } from '../../../../examples/jobs/bugs.ts';
import { work } from '../../../../examples/jobs/functions/contracts.ts';
import { compute } from '../../../../examples/jobs/functions/job.ts';
import { deriveJobId } from '../../../../examples/jobs/functions/submit-job.ts';
import { faults, planJobs, strayMessages } from '../../../../examples/jobs/run/workload.ts';
import { parseFaultPlan } from '../../../../scripts/platform/gateway/faults/plan.ts';

test.each([
  [
    { kind: 'sum', from: -3, to: 5 },
    { state: 'DONE', result: '9' },
  ],
  [
    { kind: 'sum', from: 2, to: 1 },
    { state: 'FAILED', reason: 'EMPTY_RANGE' },
  ],
  [
    { kind: 'divide', dividend: -7, divisor: 2 },
    { state: 'DONE', result: '-3' },
  ],
  [
    { kind: 'digest', text: '' },
    { state: 'DONE', result: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' },
  ],
] as const)('computes %o', (given, ending) => {
  expect(compute(given)).toEqual(ending);
});

test('throws at a division by zero, which no schema excludes', () => {
  const given = { kind: 'divide', dividend: 1, divisor: 0 } as const;
  expect(work.parse(given)).toEqual(given);
  expect(() => compute(given)).toThrow(RangeError);
});

test('two customers with the same key have two jobs', () => {
  expect(deriveJobId('ada', 'key-00000001')).toBe(deriveJobId('ada', 'key-00000001'));
  expect(deriveJobId('ada', 'key-00000001')).not.toBe(deriveJobId('bob', 'key-00000001'));
});

test('the demo plans work that the API accepts, some of it repeated and some that always fails', () => {
  const plan = planJobs(50);
  expect(plan.filter((one) => !work.safeParse(one.work).success)).toEqual([]);
  expect(new Set(plan.map(({ key }) => key)).size).toBe(50);
  expect(plan.filter(({ times }) => times > 1).length).toBeGreaterThan(5);
  expect(plan.filter((one) => one.work.divisor === 0).length).toBeGreaterThan(0);
  expect(strayMessages.length).toBeGreaterThan(0);
  expect(parseFaultPlan({ faults }, 'the example').faults).toHaveLength(faults.length);
});

test.each(bugs.map((bug) => ({ name: bug.name, bug })))('$name applies to its file', ({ bug }) => {
  expect(buggySource(bug)).toContain(bug.replace);
});

test('a bug whose line is missing or occurs twice is refused', () => {
  const bug = { name: 'x', file: 'a.ts', find: 'one', replace: 'two', caughtBy: 'y' };
  expect(withBug(bug, 'one;')).toBe('two;');
  expect(() => withBug(bug, 'nothing')).toThrow(/must occur once in a\.ts/);
  expect(() => withBug({ ...bug, find: 'e' }, 'eve')).toThrow(/must occur once/);
});
