import { parentPort, workerData } from 'node:worker_threads';
import type { SimulatedMutant } from '../mutants/mutant.ts';
import { mutate } from './mutate.ts';

/** Runs the seeds in order until one breaks the mutant's invariant. */
export interface SeedJob {
  readonly mutant: SimulatedMutant;
  readonly seeds: readonly number[];
}

/** A seed that broke an invariant. */
export interface BrokenSeed {
  readonly seed: number;
  /** Broken invariants, without duplicates. */
  readonly invariants: readonly string[];
}

const { mutant, seeds } = workerData as SeedJob;
// Stack traces of simulated errors are never read.
Error.stackTraceLimit = 0;
mutate(mutant);
const { runScenario } = await import('../scenario.ts');

for (const seed of seeds) {
  const { violations } = await runScenario(mutant.scenario, seed);
  if (violations.length === 0) continue;
  const invariants = [...new Set(violations.map(({ invariant }) => invariant))];
  parentPort?.postMessage({ seed, invariants } satisfies BrokenSeed);
  if (invariants.includes(mutant.caughtBy)) break;
}
