import { expect, test } from 'vitest';
import { Environments } from '../../../../scripts/lab/simulation/world/environments.ts';
import { type Process, Scheduler } from '../../../../scripts/lab/simulation/world/scheduler.ts';

test('a timer that an answered invocation left fires in the next one, as part of it', async () => {
  const scheduler = new Scheduler(0);
  const environments = new Environments(scheduler, () => ({}));
  const rang: [number, string | undefined][] = [];
  const ring = () => void rang.push([scheduler.now, scheduler.current?.name]);
  const invoke = (process: Process, atMs: number, work: () => Promise<void>) =>
    scheduler.after(atMs, process, () => {
      void environments.invoke(work).then(() => {
        process.alive = false;
      });
    });

  invoke(scheduler.process('first'), 0, async () => {
    setTimeout(ring, 10);
    setTimeout(ring, 150);
    clearTimeout(setTimeout(ring, 20));
  });
  invoke(scheduler.process('second'), 100, () => new Promise((resolve) => setTimeout(resolve, 100)));
  await scheduler.run();

  expect(rang).toEqual([
    [100, 'second'],
    [150, 'second'],
  ]);
});

test('a timer of an invocation that died is lost', async () => {
  const scheduler = new Scheduler(0);
  const environments = new Environments(scheduler, () => ({}));
  const rang: number[] = [];
  const process = scheduler.process('first');
  scheduler.after(0, process, () => {
    void environments.invoke(() => new Promise((resolve) => setTimeout(resolve, 10, rang.push(1))));
    setTimeout(() => rang.push(2), 10);
    scheduler.kill(process);
  });
  const next = scheduler.process('next');
  scheduler.after(100, next, () => void environments.invoke(async () => {}));
  await scheduler.run();
  expect(rang).toEqual([1]);
});

test('two invocations that take turns in an environment end, and their timers with them', async () => {
  const scheduler = new Scheduler(0);
  const environments = new Environments(scheduler, () => ({}));
  const [one, other] = [scheduler.process('one'), scheduler.process('other')];
  const rang: (string | undefined)[] = [];
  const invoke = () =>
    void environments.invoke(async () => void setTimeout(() => rang.push(scheduler.current?.name), 50));
  scheduler.after(0, one, invoke);
  scheduler.after(1, other, invoke);
  scheduler.after(2, one, invoke);
  scheduler.after(10, undefined, () => {
    for (const process of [one, other]) process.alive = false;
  });
  await scheduler.run();
  // The environment stays frozen: no invocation uses it again.
  expect(rang).toEqual([]);
});
