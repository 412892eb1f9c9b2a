import * as z from 'zod';
import { customerId, idempotencyKey, timestamp, traceparent } from '../../../functions/contracts/common-grammar.ts';
import type { RouteRow } from '../../../functions/contracts/route.ts';
import { failures, jobStates } from './job.ts';

export const jobId = z.uuid({ version: 'v5' });
const number = z.int().min(-1_000_000).max(1_000_000);

export const work = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('sum'), from: number, to: number }),
  z.strictObject({ kind: z.literal('digest'), text: z.string().max(1_000) }),
  z.strictObject({ kind: z.literal('divide'), dividend: number, divisor: number }),
]);

/** A queue message only names its job. The row holds the rest, so the two cannot disagree. */
export const jobRequest = z.object({ v: z.literal(1), jobId, traceparent });
export type JobRequest = z.infer<typeof jobRequest>;

export const jobRow = z.object({
  v: z.literal(1),
  jobId,
  customer: customerId,
  key: idempotencyKey,
  work,
  state: z.enum(jobStates),
  attempts: z.int().min(0),
  traceparent,
  submittedAt: timestamp,
  changedAt: timestamp,
  result: z.string().optional(),
  reason: z.enum(failures).optional(),
});

/** Why a message was dead-lettered: the value of its attribute `reason`. */
export const deadLetterReasons = ['MALFORMED_MESSAGE', 'UNKNOWN_JOB', 'ATTEMPTS_EXHAUSTED'] as const;
export type DeadLetterReason = (typeof deadLetterReasons)[number];

export const routes = [
  { name: 'submitJob', method: 'POST', path: '/jobs', service: 'jobs', access: 'customer' },
  { name: 'getJob', method: 'GET', path: '/jobs/{jobId}', service: 'jobs', access: 'customer' },
] as const satisfies readonly RouteRow[];
