import { expect, test } from 'vitest';
import { buggySource } from '../../../../examples/jobs/bugs.ts';
import { simulatedBugs } from '../../../../examples/jobs/simulation/bugs.ts';
import { catchBug } from '../../../../examples/jobs/simulation/catch-bug.ts';
import { simulateJobs } from '../../../../examples/jobs/simulation/simulate.ts';

test('one hundred seeds keep every invariant, under faults', async () => {
  let faults = 0;
  const looked = new Map<string, number>();
  for (let seed = 0; seed < 100; seed++) {
    const outcome = await simulateJobs(seed);
    expect({ seed, violations: outcome.violations }).toEqual({ seed, violations: [] });
    faults += outcome.faults;
    for (const [id, checked] of Object.entries(outcome.checked)) looked.set(id, (looked.get(id) ?? 0) + checked);
  }
  expect(faults).toBeGreaterThan(100);
  expect([...looked].filter(([, checked]) => checked === 0)).toEqual([]);
});

test('the same seed gives the same run', async () => {
  const [first, second] = [await simulateJobs(7, { trace: true }), await simulateJobs(7, { trace: true })];
  expect(second).toEqual(first);
  expect(first.lines.length).toBeGreaterThan(10);
});

test.each(simulatedBugs.map((bug) => ({ name: bug.name, bug })))('$name applies to its file', ({ bug }) => {
  expect(buggySource(bug)).toContain(bug.replace);
});

// All of them: npm run jobs-simulate -- --bugs
test('a bug is found by the invariant that is named for it', async () => {
  const [bug] = simulatedBugs;
  expect(bug && (await catchBug(bug, 50))?.text).toMatch(/written 2 times/);
});
