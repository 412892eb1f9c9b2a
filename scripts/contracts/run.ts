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

/** What the last release writes and reads: `npm run contracts -- --record` writes it. */
export const recordingFile = new URL('./last-release.json', import.meta.url);

/** Stands for the project's name in the recording, which then holds under another name, too. */
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

/** What this version does in a sale, and with each of the recordings. */
export interface Played {
  readonly steps: readonly Step[];
  readonly replayed: readonly (readonly Difference[])[];
}

/**
 * Runs the functions in a thread of its own: they read their environment when they are loaded, and this version's clock
 * and luck are not theirs.
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

/** Both directions: what the version before reads of ours, and what we read of its. */
export async function checkContracts(before: Recording): Promise<readonly Difference[]> {
  return checkPlayed(before, await playContracts([before]), explained);
}

/** @param played with the recording as the first that was replayed */
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

/** The simulated sale never does it: the operator's rebuild writes it. */
const writtenByTools = ['views VIEWS GENERATION'];

/** A message that no call of the sale writes would differ unseen. */
export function findUnplayed({ schemas, samples }: Contracts, routes: ReadonlySet<string | undefined>): Difference[] {
  const isPlayed = (message: string) => samples.has(message) || routes.has(message.replace(/^request /, ''));
  return Object.keys(schemas)
    .filter((message) => !isPlayed(message) && !writtenByTools.includes(message))
    .map((message) => ({ message, path: '', what: 'no call writes it; add one to scripts/contracts/scenario.ts' }));
}

/** What is left, and explanations of what does not differ. */
export function withoutExplained(found: readonly Difference[], known: readonly Explained[]): readonly Difference[] {
  const isSame = (one: Explained, other: Difference) => one.message === other.message && one.path === other.path;
  const stale = known.filter((one) => !found.some((other) => isSame(one, other)));
  return [
    ...found.filter((other) => !known.some((one) => isSame(one, other))),
    ...stale.map(({ message, path }) => ({ message, path, what: 'is explained, and does not differ' })),
  ];
}
