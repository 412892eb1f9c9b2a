import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Scenario } from '../protocols.ts';
import type { Violation } from '../world/outcome.ts';
import { hashText } from '../world/random.ts';

export interface Job {
  readonly scenario: Scenario;
  readonly firstSeed: number;
  readonly seeds: number;
  readonly chunkSize: number;
  readonly stopAtFailure: boolean;
  /** Shared by all workers: [0] the next chunk, [1] 1 to stop. */
  readonly next: Int32Array;
}

type Failure = { readonly seed: number; readonly violations: readonly Violation[] };

export interface Chunk {
  readonly chunk: number;
  readonly seeds: number;
  readonly orders: number;
  readonly hash: number;
  readonly checked: Readonly<Record<string, number>>;
  readonly failures: readonly Failure[];
}

export interface Summary {
  readonly seeds: number;
  readonly orders: number;
  /** Hex; covers all events of all runs in seed order. */
  readonly traceHash: string;
  readonly checked: Readonly<Record<string, number>>;
  readonly failed: number;
  /** In seed order, at most `failuresKept`. */
  readonly failures: Chunk['failures'];
}

const chunkSize = 25;
const failuresKept = 20;

/**
 * Runs seeds on worker threads. The summary does not depend on the number of workers. After `stop` it covers the seeds
 * up to the first one not run.
 */
export async function runSeeds(
  job: Pick<Job, 'scenario' | 'seeds'> & Partial<Pick<Job, 'firstSeed' | 'stopAtFailure'>>,
  { workers, onSeeds = () => {}, stop }: { workers: number; onSeeds?: (seeds: number) => void; stop?: AbortSignal },
): Promise<Summary> {
  const next = new Int32Array(new SharedArrayBuffer(8));
  stop?.addEventListener('abort', () => Atomics.store(next, 1, 1));
  const workerData: Job = { firstSeed: 0, stopAtFailure: false, ...job, chunkSize, next };
  const sum = new Sum();
  await Promise.all(
    Array.from({ length: workers }, async () => {
      const env = { ...process.env, POWERTOOLS_LOG_LEVEL: 'SILENT' };
      const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData, env, execArgv: [] });
      worker.on('message', (chunk: Chunk) => {
        sum.add(chunk);
        onSeeds(chunk.seeds);
      });
      await once(worker, 'exit');
    }),
  );
  return sum.summary();
}

/** Sums chunks in seed order, whatever order they arrive in, and drops each once counted. */
class Sum {
  readonly #early = new Map<number, Chunk>();
  #next = 0;
  #hash = 0x811c9dc5;
  #sofar = { seeds: 0, orders: 0, failed: 0, checked: {} as Record<string, number>, failures: [] as Failure[] };

  add(early: Chunk): void {
    this.#early.set(early.chunk, early);
    for (let chunk = this.#early.get(this.#next); chunk; chunk = this.#early.get(this.#next)) {
      this.#early.delete(this.#next++);
      this.#count(chunk);
    }
  }

  summary(): Summary {
    return { ...this.#sofar, traceHash: (this.#hash >>> 0).toString(16).padStart(8, '0') };
  }

  #count({ seeds, orders, hash, checked, failures }: Chunk): void {
    const sofar = this.#sofar;
    sofar.seeds += seeds;
    sofar.orders += orders;
    sofar.failed += failures.length;
    sofar.failures.push(...failures.slice(0, failuresKept - sofar.failures.length));
    for (const [id, count] of Object.entries(checked)) sofar.checked[id] = (sofar.checked[id] ?? 0) + count;
    this.#hash = hashText(String(hash), this.#hash);
  }
}
