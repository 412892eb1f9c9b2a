import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { type Bug, fileOf, withBug } from '../bugs.ts';

/** Runs seeds of a version with a bug, until one breaks the invariant that must find it. */
export interface SeedJob {
  readonly bug: Bug;
  readonly seeds: number;
}

/** The first seed that broke the invariant; undefined when none did. */
export type Caught = { readonly seed: number; readonly text: string } | undefined;

const { bug, seeds } = workerData as SeedJob;
// Stack traces of simulated errors are never read.
Error.stackTraceLimit = 0;
const buggy = pathToFileURL(fileOf(bug)).href;
registerHooks({
  load(url, context, next) {
    const loaded = next(url, context);
    return url === buggy ? { ...loaded, source: withBug(bug, String(loaded.source)) } : loaded;
  },
});
const { simulateJobs } = await import('./simulate.ts');

parentPort?.postMessage(await findSeed());

async function findSeed(): Promise<Caught> {
  for (let seed = 0; seed < seeds; seed++) {
    const { violations } = await simulateJobs(seed);
    const found = violations.find(({ invariant }) => invariant === bug.caughtBy);
    if (found) return { seed, text: found.text };
  }
  return undefined;
}
