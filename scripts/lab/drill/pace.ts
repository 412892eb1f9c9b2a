import { setTimeout as sleep } from 'node:timers/promises';

/** Clock in milliseconds, and a sleep; overridden in tests. */
export interface Time {
  now(): number;
  sleep(ms: number): Promise<unknown>;
}

export const realTime: Time = { now: () => performance.now(), sleep: (ms) => sleep(ms) };

/**
 * Starts `rate` tasks per second while `goesOn` returns true, however long each takes: customers do not wait for each
 * other. Resolves when the last task has ended. `begin` gets the planned time in epoch milliseconds.
 */
export async function pace(
  rate: number,
  goesOn: (secondsSoFar: number) => boolean,
  begin: (index: number, at: number) => Promise<void>,
  time: Time = realTime,
): Promise<void> {
  const [begun, epoch] = [time.now(), Date.now()];
  const all: Promise<void>[] = [];
  for (let index = 0; ; index++) {
    const planned = (index / rate) * 1_000;
    const early = begun + planned - time.now();
    if (early > 0) await time.sleep(early);
    if (!goesOn(planned / 1_000)) break;
    all.push(begin(index, epoch + planned));
  }
  await Promise.all(all);
}
