import { createHash } from 'node:crypto';

/** A computation that a client requests. */
export type Work =
  | { readonly kind: 'sum'; readonly from: number; readonly to: number }
  | { readonly kind: 'digest'; readonly text: string }
  | { readonly kind: 'divide'; readonly dividend: number; readonly divisor: number };

export const jobStates = ['QUEUED', 'DONE', 'FAILED'] as const;
export type JobState = (typeof jobStates)[number];

/** Why a job failed: its work has no answer, or every attempt failed. */
export const failures = ['EMPTY_RANGE', 'ATTEMPTS_EXHAUSTED'] as const;
export type Failure = (typeof failures)[number];

export interface Job {
  readonly jobId: string;
  readonly customer: string;
  readonly key: string;
  readonly work: Work;
  readonly state: JobState;
  readonly attempts: number;
  readonly traceparent: string;
  readonly submittedAt: string;
  readonly changedAt: string;
  /** Only of a job that is done. */
  readonly result?: string | undefined;
  /** Only of a job that failed. */
  readonly reason?: Failure | undefined;
}

export type Ending =
  | { readonly state: 'DONE'; readonly result: string }
  | { readonly state: 'FAILED'; readonly reason: Failure };

/** After the last attempt, the message goes to the dead letters. */
export const maxAttempts = 3;

/** @throws {RangeError} for a divisor of zero, which no schema excludes: every attempt fails alike */
export function compute(work: Work): Ending {
  switch (work.kind) {
    case 'sum':
      return work.from > work.to ? { state: 'FAILED', reason: 'EMPTY_RANGE' } : done(sum(work.from, work.to));
    case 'digest':
      return done(createHash('sha256').update(work.text).digest('hex'));
    case 'divide':
      return done(BigInt(work.dividend) / BigInt(work.divisor));
  }
}

const done = (result: bigint | string): Ending => ({ state: 'DONE', result: String(result) });

function sum(from: number, to: number): bigint {
  let total = 0n;
  for (let number = from; number <= to; number++) total += BigInt(number);
  return total;
}
