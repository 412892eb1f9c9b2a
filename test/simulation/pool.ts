import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Mutant } from './mutants.ts';
import type { Violation } from './outcome.ts';
import type { Scenario } from './protocols.ts';
import { hashText } from './random.ts';

export interface Job {
  readonly scenario: Scenario;
  readonly firstSeed: number;
  readonly seeds: number;
  readonly chunkSize: number;
  readonly stopAtFailure: boolean;
  readonly mutant?: Mutant | undefined;
  /** Shared by all workers: the next chunk, and whether to stop. */
  readonly next: Int32Array;
}

export interface Chunk {
  readonly chunk: number;
  readonly seeds: number;
  readonly orders: number;
  readonly hash: number;
  readonly checked: Readonly<Record<string, number>>;
  readonly failures: readonly { readonly seed: number; readonly violations: readonly Violation[] }[];
}

export interface Summary {
  readonly seeds: number;
  readonly orders: number;
  /** Of all events of all runs in the order of their seeds, hex. */
  readonly traceHash: string;
  readonly checked: Readonly<Record<string, number>>;
  readonly failures: Chunk['failures'];
}

const chunkSize = 25;

/** Runs seeds on worker threads. The summary does not depend on how many there are. */
export async function runSeeds(
  job: Pick<Job, 'scenario' | 'seeds'> & Partial<Pick<Job, 'firstSeed' | 'stopAtFailure' | 'mutant'>>,
  { workers, onSeeds = () => {} }: { workers: number; onSeeds?: (seeds: number) => void },
): Promise<Summary> {
  const next = new Int32Array(new SharedArrayBuffer(8));
  const workerData: Job = { firstSeed: 0, stopAtFailure: false, ...job, chunkSize, next };
  const chunks: Chunk[] = [];
  await Promise.all(
    Array.from({ length: workers }, async () => {
      const env = { ...process.env, POWERTOOLS_LOG_LEVEL: 'SILENT' };
      const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData, env, execArgv: [] });
      worker.on('message', (chunk: Chunk) => {
        chunks.push(chunk);
        onSeeds(chunk.seeds);
      });
      await once(worker, 'exit');
    }),
  );
  return summaryOf(chunks.sort((a, b) => a.chunk - b.chunk));
}

function summaryOf(chunks: readonly Chunk[]): Summary {
  const checked: Record<string, number> = {};
  for (const chunk of chunks) {
    for (const [id, count] of Object.entries(chunk.checked)) checked[id] = (checked[id] ?? 0) + count;
  }
  const hash = chunks.reduce((sofar, chunk) => hashText(String(chunk.hash), sofar), 0x811c9dc5);
  return {
    seeds: chunks.reduce((sum, chunk) => sum + chunk.seeds, 0),
    orders: chunks.reduce((sum, chunk) => sum + chunk.orders, 0),
    traceHash: (hash >>> 0).toString(16).padStart(8, '0'),
    checked,
    failures: chunks.flatMap((chunk) => chunk.failures).sort((a, b) => a.seed - b.seed),
  };
}
