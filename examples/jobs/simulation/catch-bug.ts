import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Bug } from '../bugs.ts';
import type { Caught, SeedJob } from './worker.ts';

/** Runs seeds of a version with a bug, in a separate thread. */
export async function catchBug(bug: Bug, seeds: number): Promise<Caught> {
  const workerData: SeedJob = { bug, seeds };
  const env = { ...process.env, POWERTOOLS_LOG_LEVEL: 'SILENT' };
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData, env, execArgv: [] });
  const answered = once(worker, 'message') as Promise<[Caught]>;
  const failed = once(worker, 'error').then(([error]) => Promise.reject(error as Error));
  // Only one of the two settles. Without a handler, the other would count as an unhandled rejection.
  failed.catch(() => {});
  const [caught] = await Promise.race([answered, failed]);
  await worker.terminate();
  return caught;
}
