import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds that pass, and a wait; tests have one of their own. */
export interface Time {
  now(): number;
  sleep(ms: number): Promise<unknown>;
}

export const realTime: Time = { now: () => performance.now(), sleep: (ms) => sleep(ms) };

/**
 * Begins something so many times a second for as long as it goes on, however long each takes: people do not wait for
 * each other. Resolves when the last one has ended. `begin` gets the time of the plan, in epoch milliseconds.
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
