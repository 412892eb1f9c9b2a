import { type ProblemCode, type ProblemDocument, ProblemError, problems, problemType } from '../contracts/problem.ts';
import { RetryLater } from '../ports/retry-later.ts';

/** The error as shown to clients: an unexpected error reveals only the trace id. */
export function problemOf(error: unknown, traceId: string): ProblemDocument {
  const code = toProblemCode(error);
  const { status, title } = problems[code];
  return {
    type: problemType(code),
    title,
    status,
    code,
    ...(error instanceof ProblemError && { detail: error.message, ...(error.errors && { errors: error.errors }) }),
    traceId,
  };
}

const transient =
  /Throttl|ProvisionedThroughput|RequestLimit|TransactionConflict|TimeoutError|ECONNRE|TooManyRequests|Unavailable|^Internal/;

function toProblemCode(error: unknown): ProblemCode {
  if (error instanceof ProblemError) return error.code;
  if (error instanceof RetryLater) return 'TRY_AGAIN';
  if (error instanceof Error && (transient.test(error.name) || isTransientCall(error))) return 'TRY_AGAIN';
  return 'INTERNAL_ERROR';
}

// gRPC statuses: deadline exceeded, resource exhausted, aborted, unavailable.
function isTransientCall(error: Error): boolean {
  return 'code' in error && [4, 8, 10, 14].includes(error.code as number);
}

const unavailable = /TimeoutError|ECONNRE|Unavailable|^Internal/;

/** True when a store does not answer at all; false when it is busy or in conflict. */
export function isOutage(error: Error): boolean {
  return unavailable.test(error.name) || ('code' in error && [4, 14].includes(error.code as number));
}
