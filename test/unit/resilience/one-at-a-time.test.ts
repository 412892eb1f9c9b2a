import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { oneAtATime } from '../../../functions/resilience/one-at-a-time.ts';

function counted(fails = false) {
  const runs: string[] = [];
  let running = 0;
  let max = 0;
  const run = oneAtATime(async (key) => {
    runs.push(key);
    max = Math.max(max, ++running);
    await sleep(5);
    running--;
    if (fails) throw new Error('broken');
  });
  return { run, runs, maxRunning: () => max };
}

test('runs twice for many concurrent callers of one key, one run after the other', async () => {
  const { run, runs, maxRunning } = counted();
  await Promise.all(Array.from({ length: 20 }, () => run('a')));
  expect(runs).toEqual(['a', 'a']);
  expect(maxRunning()).toBe(1);
  await run('a');
  expect(runs).toHaveLength(3);
});

test('starts a third run for a call during the second: a run never answers a later call', async () => {
  const { run, runs } = counted();
  const first = [run('a'), run('a')];
  await first[0];
  await sleep(1);
  await Promise.all([...first, run('a')]);
  expect(runs).toHaveLength(3);
});

test('runs different keys concurrently', async () => {
  const { run, maxRunning } = counted();
  await Promise.all([run('a'), run('b')]);
  expect(maxRunning()).toBe(2);
});

test('rejects all callers that share a failed run, and runs again for the next', async () => {
  const { run, runs } = counted(true);
  const outcomes = await Promise.allSettled([run('a'), run('a'), run('a')]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  await expect(run('a')).rejects.toThrow('broken');
  expect(runs).toHaveLength(3);
});
