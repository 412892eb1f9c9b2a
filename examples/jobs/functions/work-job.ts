import type { Clock } from '../../../functions/ports/runtime.ts';
import { compute, type Ending, type Job, maxAttempts } from './job.ts';
import type { JobStore } from './ports.ts';

export interface WorkPorts {
  readonly jobs: JobStore;
  readonly clock: Clock;
}

/** `exhausted`: the message must be dead-lettered. */
export type Worked = 'done' | 'failed' | 'exhausted' | 'ended before' | 'unknown job';

/**
 * Works on a job. Deliveries of one job may run at the same time, and any may end at any point: the store counts the
 * attempts, and takes the first ending only.
 *
 * @throws when the message must be delivered again
 */
export async function workOn(jobId: string, ports: WorkPorts): Promise<Worked> {
  const job = await ports.jobs.find(jobId);
  if (!job) return 'unknown job';
  if (job.state !== 'QUEUED') return afterTheEnd(job);
  const attempt = await ports.jobs.begin(jobId, maxAttempts);
  if (attempt === undefined) return giveUp(jobId, ports);
  let ending: Ending;
  try {
    ending = compute(job.work);
  } catch (error) {
    if (attempt < maxAttempts) throw error;
    return giveUp(jobId, ports);
  }
  if (!(await ports.jobs.end(jobId, ending, ports.clock.now()))) return 'ended before';
  return ending.state === 'DONE' ? 'done' : 'failed';
}

/** The row before the dead letter: if a crash loses the letter, the redelivery finds the row and sends it. */
async function giveUp(jobId: string, { jobs, clock }: WorkPorts): Promise<Worked> {
  await jobs.end(jobId, { state: 'FAILED', reason: 'ATTEMPTS_EXHAUSTED' }, clock.now());
  const ended = await jobs.find(jobId);
  return ended ? afterTheEnd(ended) : 'unknown job';
}

const afterTheEnd = ({ reason }: Job): Worked => (reason === 'ATTEMPTS_EXHAUSTED' ? 'exhausted' : 'ended before');
