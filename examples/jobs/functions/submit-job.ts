import { isDeepStrictEqual } from 'node:util';
import { v5 as nameBasedUuid, parse as parseUuid } from 'uuid';
import { ProblemError } from '../../../functions/contracts/problem.ts';
import type { Clock, Meter } from '../../../functions/ports/runtime.ts';
import { jobId } from './contracts.ts';
import type { Job, Work } from './job.ts';
import type { Counter, JobQueue, JobStore } from './ports.ts';

const namespace = parseUuid('3d0c6f0a-52c8-4b0f-8a53-1f0d7a4f8e21');

export interface SubmitPorts {
  readonly jobs: JobStore;
  readonly queue: JobQueue;
  readonly clock: Clock;
  readonly meter: Meter<Counter>;
}

export type SubmitRequest = Pick<Job, 'customer' | 'key' | 'work' | 'traceparent'>;

/** The same customer and key give the same id anywhere. Neither may hold a line feed. */
export const deriveJobId = (customer: string, key: string): string => nameBasedUuid(`${customer}\n${key}`, namespace);

/**
 * Returns only after the job is stored and the queue has its message. A repetition of a queued job sends the message
 * again, because the first request may have died in between; the worker ignores what it has done.
 *
 * @throws {ProblemError} IDEMPOTENCY_KEY_REUSED for other work under the same key
 */
export async function submitJob(request: SubmitRequest, { jobs, queue, clock, meter }: SubmitPorts): Promise<Job> {
  const { customer, key, work, traceparent } = request;
  const now = clock.now();
  const id = deriveJobId(customer, key);
  const fresh: Job = {
    jobId: id,
    customer,
    key,
    work,
    traceparent,
    state: 'QUEUED',
    attempts: 0,
    submittedAt: now,
    changedAt: now,
  };
  const existing = await jobs.create(fresh);
  if (existing && !isSame(existing.work, work))
    throw new ProblemError('IDEMPOTENCY_KEY_REUSED', `the key ${key} made job ${id}; use a new key for other work`);
  const job = existing ?? fresh;
  if (job.state === 'QUEUED') await queue.send({ v: 1, jobId: id, traceparent: job.traceparent });
  meter.count(existing ? 'Duplicates' : 'JobsSubmitted');
  return job;
}

const isSame = (one: Work, other: Work): boolean => isDeepStrictEqual(one, other);

/** Another customer's job is reported as missing. @throws {ProblemError} NOT_FOUND */
export async function findOwnJob(customer: string, asked: string | undefined, jobs: JobStore): Promise<Job> {
  const { data: named } = jobId.safeParse(asked);
  const job = named && (await jobs.find(named));
  if (!job || job.customer !== customer) throw new ProblemError('NOT_FOUND', 'you have no job with this id');
  return job;
}
