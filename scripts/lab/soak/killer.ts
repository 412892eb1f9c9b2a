import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { endProcess } from '../../platform/gateway/faults/faults.ts';
import { findWorkers } from '../../platform/process/memory.ts';

export interface Killer {
  /** Epoch milliseconds of each kill. */
  readonly kills: readonly number[];
  stop(): void;
}

/** Kills a random worker at intervals, without warning, as when a Lambda host dies. */
export function killWorkers(enginePid: number, { everyMs, seed }: { everyMs: number; seed: number }): Killer {
  const random = xoroshiro128plus(seed);
  const kills: number[] = [];
  const timer = setInterval(() => {
    const workers = findWorkers(enginePid);
    const victim = workers[uniformInt(random, 0, Math.max(0, workers.length - 1))];
    if (victim !== undefined && endProcess(victim)) kills.push(Date.now());
  }, everyMs);
  return { kills, stop: () => clearInterval(timer) };
}
