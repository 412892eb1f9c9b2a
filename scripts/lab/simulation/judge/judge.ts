import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { isTested, type Mutant, type SimulatedMutant, type TestedMutant } from '../mutants/mutant.ts';
import { assertApplies } from './mutate.ts';
import type { MutantTests } from './run-tests.ts';
import type { BrokenSeed, SeedJob } from './seed-worker.ts';

/** Only `caught` is good: the invariant or the test named by the mutant detected it. */
export type Fate = 'caught' | 'caught by another' | 'survived' | 'not applied' | 'crashed' | 'too slow';

export interface Verdict {
  readonly mutant: Mutant;
  readonly fate: Fate;
  /** The broken invariants or failed tests, or the reason that the mutant could not be judged. */
  readonly by: string;
  /** The first seed that broke the named invariant. */
  readonly seed?: number;
}

export interface JudgeOptions {
  /** Seeds to try, in this order. */
  readonly seedsFor: (mutant: SimulatedMutant) => readonly number[];
  readonly tests: () => Promise<MutantTests>;
  readonly limitMs?: number;
}

/** Longer than the slowest mutant needs for all of its seeds. */
const defaultLimitMs = 600_000;

/** Judges one mutant. Never rejects: a mutant that does not apply, or that ends its process, also gets a verdict. */
export async function judge(mutant: Mutant, options: JudgeOptions): Promise<Verdict> {
  try {
    assertApplies(mutant);
  } catch (error) {
    return { mutant, fate: 'not applied', by: (error as Error).message };
  }
  try {
    return isTested(mutant)
      ? await judgeByTests(mutant, await options.tests())
      : await judgeBySeeds(mutant, options.seedsFor(mutant), options.limitMs ?? defaultLimitMs);
  } catch (error) {
    return { mutant, fate: 'crashed', by: String(error) };
  }
}

async function judgeByTests(mutant: TestedMutant, tests: MutantTests): Promise<Verdict> {
  const failed = await tests.findFailures(mutant);
  if (failed.length === 0) return { mutant, fate: 'survived', by: 'every test passed' };
  const named = failed.find((name) => name.includes(mutant.caughtBy));
  return named ? { mutant, fate: 'caught', by: named } : { mutant, fate: 'caught by another', by: failed.join('; ') };
}

async function judgeBySeeds(mutant: SimulatedMutant, seeds: readonly number[], limitMs: number): Promise<Verdict> {
  const broken: BrokenSeed[] = [];
  const inTime = await runSeedWorker({ mutant, seeds }, (seed) => broken.push(seed), limitMs);
  const found = broken.find(({ invariants }) => invariants.includes(mutant.caughtBy));
  const by = [...new Set(broken.flatMap(({ invariants }) => invariants))].sort().join(' ');
  if (found) return { mutant, fate: 'caught', by: found.invariants.join(' '), seed: found.seed };
  if (!inTime) return { mutant, fate: 'too slow', by: `not judged within ${limitMs / 1_000} s` };
  if (broken.length > 0) return { mutant, fate: 'caught by another', by };
  return { mutant, fate: 'survived', by: `${seeds.length} seeds broke nothing` };
}

/** @returns false if the worker was terminated after `limitMs`, as a bug may loop forever */
async function runSeedWorker(
  workerData: SeedJob,
  onBroken: (seed: BrokenSeed) => void,
  limitMs: number,
): Promise<boolean> {
  const env = { ...process.env, POWERTOOLS_LOG_LEVEL: 'SILENT' };
  const worker = new Worker(new URL('./seed-worker.ts', import.meta.url), { workerData, env, execArgv: [] });
  worker.on('message', onBroken);
  let inTime = true;
  const timer = setTimeout(() => {
    inTime = false;
    void worker.terminate();
  }, limitMs);
  try {
    await once(worker, 'exit');
    return inTime;
  } finally {
    clearTimeout(timer);
  }
}
