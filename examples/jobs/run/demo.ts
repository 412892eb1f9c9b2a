import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { Progress } from '../../../scripts/cli/progress.ts';
import { callersAreKnown } from '../../../scripts/platform/gateway/callers.ts';
import type { FaultCount } from '../../../scripts/platform/gateway/faults/faults.ts';
import { parseFaultPlan } from '../../../scripts/platform/gateway/faults/plan.ts';
import type { Evidence, Submission } from '../check/evidence.ts';
import { workerSeconds } from '../settings.ts';
import { Clients } from './clients.ts';
import type { JobsPlatform } from './platform.ts';
import { Stores } from './stores.ts';
import { faults, planJobs, strayMessages } from './workload.ts';

const parallel = 4;
/** Longer than three deliveries that fail, each of which takes the worker's time limit. */
const withinMs = 120_000;

export interface Ran {
  readonly evidence: Evidence;
  /** Faults injected into the functions' calls. */
  readonly faults: readonly FaultCount[];
  readonly seconds: number;
}

/** Submits the jobs under faults, and reads the stores once all is quiet. */
export async function runJobs(platform: JobsPlatform, count: number, seed: number, progress: Progress): Promise<Ran> {
  const begun = performance.now();
  const clients = new Clients(platform);
  const stores = new Stores(platform.target, platform.outputs);
  const usable = faults.filter(({ kind }) => kind !== 'crash' || callersAreKnown);
  platform.gateway.faults.set(parseFaultPlan({ seed, faults: usable }, 'the example'));
  // A fault delays its message by this timeout. The stack's value would stretch a run of seconds to minutes.
  await stores.hideFor(workerSeconds);
  const submissions = await submitAll(clients, count, progress);
  for (const body of strayMessages) await stores.send(body);
  const reused = await reuseKeys(clients, submissions);
  await untilQuiet(stores, progress);
  const counts = platform.gateway.faults.report();
  platform.gateway.faults.clear();
  const evidence = await readEvidence(clients, stores, { submissions, reused });
  stores.close();
  return { evidence, faults: counts, seconds: (performance.now() - begun) / 1_000 };
}

async function submitAll(clients: Clients, count: number, progress: Progress): Promise<Submission[]> {
  const limit = pLimit(parallel);
  let answered = 0;
  return Promise.all(
    planJobs(count).map(({ customer, key, work, times }) =>
      limit(async () => {
        const submission = await clients.submit(customer, key, work, times);
        progress.step(`submitting: ${++answered} of ${count} jobs`);
        return submission;
      }),
    ),
  );
}

async function reuseKeys(clients: Clients, submissions: readonly Submission[]): Promise<Evidence['reused']> {
  return Promise.all(
    submissions.slice(0, 3).map(async ({ customer, key }) => {
      const { status } = await clients.post(customer, key, { kind: 'digest', text: 'other work under a used key' });
      return { key, status };
    }),
  );
}

async function untilQuiet(stores: Stores, progress: Progress): Promise<void> {
  const end = Date.now() + withinMs;
  for (;;) {
    const jobs = await stores.readJobs();
    const waiting = await stores.countMessages();
    const ended = jobs.filter(({ state }) => state !== 'QUEUED').length;
    progress.step(`working: ${ended} of ${jobs.length} jobs ended, ${waiting} messages wait`);
    if (waiting === 0 || Date.now() > end) return;
    await sleep(1_000);
  }
}

async function readEvidence(
  clients: Clients,
  stores: Stores,
  known: Pick<Evidence, 'submissions' | 'reused'>,
): Promise<Evidence> {
  const jobs = await stores.readJobs();
  const letters = await stores.readLetters();
  const limit = pLimit(parallel);
  // Every tenth job is also read by another customer.
  const asked = jobs.flatMap(({ customer, jobId }, index) => [
    { customer, jobId },
    ...(index % 10 === 0 ? [{ customer: 'mallory', jobId }] : []),
  ]);
  const reads = await Promise.all(asked.map(({ customer, jobId }) => limit(() => clients.read(customer, jobId))));
  return { ...known, jobs, letters, reads, strayMessages };
}
