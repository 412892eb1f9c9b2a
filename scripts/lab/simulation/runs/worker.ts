import { parentPort, workerData } from 'node:worker_threads';
import { runScenario } from '../scenario.ts';
import { hashText } from '../world/random.ts';
import type { Chunk, Job } from './pool.ts';

const job = workerData as Job;
// Stack traces of simulated errors are never read.
Error.stackTraceLimit = 0;

// Finish every chunk taken, so that there is no gap in the seeds run.
while (Atomics.load(job.next, 1) === 0) {
  const chunk = Atomics.add(job.next, 0, 1);
  const first = job.firstSeed + chunk * job.chunkSize;
  const end = Math.min(first + job.chunkSize, job.firstSeed + job.seeds);
  if (first >= end) break;
  parentPort?.postMessage(await runChunk(chunk, first, end));
}

async function runChunk(chunk: number, first: number, end: number): Promise<Chunk> {
  const result = {
    chunk,
    seeds: 0,
    orders: 0,
    hash: 0x811c9dc5,
    checked: {} as Record<string, number>,
    failures: [] as Chunk['failures'][number][],
  };
  for (let seed = first; seed < end; seed++) {
    const outcome = await runScenario(job.scenario, seed);
    result.seeds++;
    result.orders += outcome.orders;
    result.hash = hashText(String(outcome.hash), result.hash);
    for (const [id, count] of Object.entries(outcome.checked)) result.checked[id] = (result.checked[id] ?? 0) + count;
    if (outcome.violations.length === 0) continue;
    result.failures.push({ seed, violations: outcome.violations });
    if (!job.stopAtFailure) continue;
    Atomics.store(job.next, 1, 1);
    break;
  }
  return result;
}
