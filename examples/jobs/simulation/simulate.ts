import type { HttpEvent, HttpResult } from '../../../functions/contracts/http-event.ts';
import { toText } from '../../../functions/lib/bytes.ts';
import type { DeadLetterQueue } from '../../../functions/ports/messages.ts';
import { continueTrace } from '../../../functions/runtime/trace.ts';
import { simulateTables } from '../../../scripts/lab/simulation/dynamodb/client.ts';
import { simulatedRuntime } from '../../../scripts/lab/simulation/runtime.ts';
import { Calls, drawRates } from '../../../scripts/lab/simulation/world/calls.ts';
import { failure } from '../../../scripts/lab/simulation/world/failure.ts';
import { type Message, Queue } from '../../../scripts/lab/simulation/world/queue.ts';
import { Scheduler } from '../../../scripts/lab/simulation/world/scheduler.ts';
import type { Evidence, StoredJob } from '../check/evidence.ts';
import { checkJobs } from '../check/invariants.ts';
import { jobsApi } from '../functions/api.ts';
import type { DeadLetterReason } from '../functions/contracts.ts';
import { workOnMessages } from '../functions/messages.ts';
import type { JobQueue } from '../functions/ports.ts';
import { jobStore } from '../functions/store.ts';
import { maxReceives, workerSeconds } from '../settings.ts';
import { SimulatedClients } from './clients.ts';
import { planSeed, strayMessages } from './plan.ts';

/** Result of one seed. */
export interface Outcome {
  readonly violations: readonly { readonly invariant: string; readonly text: string }[];
  /** Covers all events: the same seed gives the same run. */
  readonly hash: number;
  /** Number of items checked, by invariant. */
  readonly checked: Readonly<Record<string, number>>;
  /** Number of faults injected into calls. */
  readonly faults: number;
  readonly lines: readonly string[];
}

const table = 'jobs';
const faultsUntilMs = 60_000;
const hideMs = workerSeconds * 1_000;
/** Longer than any message lives: the queue dead-letters it after `maxReceives` deliveries. */
const quietMs = hideMs * (maxReceives + 1);

/**
 * One run of the real use cases: calls fail, processes die or stall, messages are delivered twice, clocks are wrong.
 */
export async function simulateJobs(seed: number, { trace = false } = {}): Promise<Outcome> {
  const scheduler = new Scheduler(seed, { trace });
  const rates = drawRates(scheduler.draw('rates'));
  const calls = new Calls(scheduler, { rates, untilMs: faultsUntilMs, skipped: new Set() });
  const tables = simulateTables(calls, () => {});
  const { queue, api } = connect(scheduler, calls);
  const clients = new SimulatedClients(scheduler, api);
  const plan = planSeed(scheduler.draw('plan'));
  for (const job of plan) clients.submit(job);
  for (const body of strayMessages) queue.send(body, 1_000);
  await scheduler.run();
  // Without faults, all remaining work must finish.
  calls.stopFaults();
  await scheduler.run();
  const jobs = tables.all(table) as readonly unknown[] as readonly StoredJob[];
  clients.readAll(jobs, scheduler.now + quietMs);
  await scheduler.run();
  return judge({ ...clients.record, jobs, letters: queue.dead.map(toLetter), strayMessages }, { scheduler, calls });
}

/** The functions, their queue and their table. */
function connect(scheduler: Scheduler, calls: Calls): { queue: Queue; api: (event: HttpEvent) => Promise<HttpResult> } {
  const runtime = simulatedRuntime(scheduler);
  const jobs = jobStore(table);
  const send = (name: string, work: () => void) =>
    calls.make<void>({
      name,
      execute: (answer) => answer(work()),
      busy: () => failure('Throttled'),
      lost: () => failure('TimeoutError'),
    });
  const deadLetters: DeadLetterQueue<DeadLetterReason> = {
    put: (body, reason) =>
      send('bury', () => queue.bury(toText(body), { attributes: { reason: { type: 'String', value: reason } } })),
  };
  const ports = { ...runtime, jobs, deadLetters, continueTrace, remainingMs: () => Number.POSITIVE_INFINITY };
  const rules = { work: 'work', hideMs, maxReceives, batch: 10, windowMs: 200, twice: 0.1, forget: 0.05 };
  const queue: Queue = new Queue(scheduler, rules, (messages) => workOnMessages(messages.map(toQueueMessage), ports));
  const jobQueue: JobQueue = { send: (request) => send('send', () => queue.send(JSON.stringify(request))) };
  const authenticate = async ({ headers }: HttpEvent) => ({ customer: headers.authorization ?? '', admin: false });
  return { queue, api: jobsApi({ ...runtime, jobs, queue: jobQueue }, { authenticate }) };
}

const toQueueMessage = ({ id, body, envelope, receives }: Message) => ({
  ...{ messageId: id, body, envelope },
  delivery: { receives },
});

const toLetter = ({ body, envelope }: Message) => {
  const reason = envelope.attributes?.reason?.value;
  return { body, reason: reason === undefined ? undefined : toText(reason) };
};

function judge(evidence: Evidence, { scheduler, calls }: { scheduler: Scheduler; calls: Calls }): Outcome {
  const verdicts = checkJobs(evidence);
  const broken = verdicts.flatMap(({ id, violations }) => violations.map((text) => ({ invariant: id, text })));
  return {
    violations: [...broken, ...calls.refused.map((text) => ({ invariant: 'limit', text }))],
    hash: scheduler.hash >>> 0,
    checked: Object.fromEntries(verdicts.map(({ id, checked }) => [id, checked])),
    faults: calls.injected.length,
    lines: scheduler.lines ?? [],
  };
}
