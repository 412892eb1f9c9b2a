import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { oneAtATime } from '../../../functions/adapters/single-partition/one-at-a-time.ts';

function counted(fails = false) {
  const runs: string[] = [];
  let atOnce = 0;
  let most = 0;
  const run = oneAtATime(async (key) => {
    runs.push(key);
    most = Math.max(most, ++atOnce);
    await sleep(5);
    atOnce--;
    if (fails) throw new Error('broken');
  });
  return { run, runs, most: () => most };
}

test('many who ask at once for one key make two runs, one after the other: the second sees all that came with them', async () => {
  const { run, runs, most } = counted();
  await Promise.all(Array.from({ length: 20 }, () => run('a')));
  expect(runs).toEqual(['a', 'a']);
  expect(most()).toBe(1);
  await run('a');
  expect(runs).toHaveLength(3);
});

test('who asks during the second run gets a third: no run that began before somebody asked answers for it', async () => {
  const { run, runs } = counted();
  const first = [run('a'), run('a')];
  await first[0];
  await sleep(1);
  await Promise.all([...first, run('a')]);
  expect(runs).toHaveLength(3);
});

test('keys do not wait for each other', async () => {
  const { run, most } = counted();
  await Promise.all([run('a'), run('b')]);
  expect(most()).toBe(2);
});

test('a failure reaches all who share the run, and the next one runs again', async () => {
  const { run, runs } = counted(true);
  const outcomes = await Promise.allSettled([run('a'), run('a'), run('a')]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  await expect(run('a')).rejects.toThrow('broken');
  expect(runs).toHaveLength(3);
});
