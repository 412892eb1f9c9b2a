import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { project } from '../../functions/contracts/project.ts';
import { CliError } from '../cli/cli.ts';
import { type Contracts, compareWritten, type Difference } from './compare.ts';
import { functionEnvironment } from './environment.ts';
import { type Explained, explained } from './explained.ts';
import { findRoute, listSamples } from './list-samples.ts';
import type { Recording, Step } from './recording.ts';
import { readSchemas } from './schemas.ts';

/** Messages and schemas of the last release; `npm run contracts -- --record` writes it. */
export const recordingFile = new URL('./last-release.json', import.meta.url);

/** Placeholder for the project's name, so that the recording stays valid in a renamed project. */
export const anyProject = '{project}';

/** @throws {CliError} when no release is recorded */
export function readRecording(): Recording {
  try {
    return JSON.parse(readFileSync(recordingFile, 'utf8').replaceAll(anyProject, project)) as Recording;
  } catch (error) {
    throw new CliError(
      'no_recording',
      `the contracts of the last release cannot be read: ${(error as Error).message}`,
      'Check out the last release, and run: npm run contracts -- --record',
    );
  }
}

/** Results of this version: steps of its own sale, and differences in each replayed recording. */
export interface Played {
  readonly steps: readonly Step[];
  readonly replayed: readonly (readonly Difference[])[];
}

/**
 * Runs the functions in a separate thread: they read their environment on load, and run with a fixed clock and fixed
 * random values.
 */
export async function playContracts(recordings: readonly Recording[]): Promise<Played> {
  const { NODE_COMPILE_CACHE } = process.env;
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: recordings,
    env: { ...functionEnvironment, ...(NODE_COMPILE_CACHE && { NODE_COMPILE_CACHE }) },
    execArgv: [],
  });
  try {
    const [played] = (await once(worker, 'message')) as [Played];
    return played;
  } finally {
    await worker.terminate();
  }
}

/** Checks both directions: the previous version reads our messages, and we read its messages. */
export async function checkContracts(before: Recording): Promise<readonly Difference[]> {
  return checkPlayed(before, await playContracts([before]), explained);
}

/** @param played with this recording as the first one replayed */
export function checkPlayed(
  { version, schemas, steps }: Recording,
  played: Played,
  known: readonly Explained[],
): readonly Difference[] {
  const before = { version, schemas, samples: listSamples(steps) };
  const now = { schemas: readSchemas(), samples: listSamples(played.steps) };
  const routes = new Set(played.steps.map(({ input }) => findRoute(input.event)));
  const found = [...compareWritten(before, now), ...(played.replayed[0] ?? []), ...findUnplayed(now, routes)];
  return withoutExplained(found, known);
}

/** Not in the simulated sale: only the operator's rebuild writes it. */
const writtenByTools = ['views VIEWS GENERATION'];

/** Messages that the sale never writes. Their differences would go unnoticed. */
export function findUnplayed({ schemas, samples }: Contracts, routes: ReadonlySet<string | undefined>): Difference[] {
  const isPlayed = (message: string) => samples.has(message) || routes.has(message.replace(/^request /, ''));
  return Object.keys(schemas)
    .filter((message) => !isPlayed(message) && !writtenByTools.includes(message))
    .map((message) => ({ message, path: '', what: 'no call writes it; add one to scripts/contracts/scenario.ts' }));
}

/** Unexplained differences, and explanations whose difference is gone. */
export function withoutExplained(found: readonly Difference[], known: readonly Explained[]): readonly Difference[] {
  const isSame = (one: Explained, other: Difference) => one.message === other.message && one.path === other.path;
  const stale = known.filter((one) => !found.some((other) => isSame(one, other)));
  return [
    ...found.filter((other) => !known.some((one) => isSame(one, other))),
    ...stale.map(({ message, path }) => ({ message, path, what: 'is listed as explained, but does not differ' })),
  ];
}
