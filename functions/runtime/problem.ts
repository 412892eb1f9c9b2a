import { type ProblemCode, type ProblemDocument, ProblemError, problems } from '../contracts/problem.ts';
import { RetryLater } from '../ports/retry-later.ts';

/** The error as a client sees it: of anything unexpected it learns the trace id and nothing else. */
export function problemOf(error: unknown, traceId: string): ProblemDocument {
  const code = codeOf(error);
  const { status, title } = problems[code];
  return {
    type: `urn:flash-sale:problem:${code}`,
    title,
    status,
    code,
    ...(error instanceof ProblemError && { detail: error.message, ...(error.errors && { errors: error.errors }) }),
    traceId,
  };
}

const transient =
  /Throttl|ProvisionedThroughput|RequestLimit|TransactionConflict|TimeoutError|ECONNRE|TooManyRequests|Unavailable|^Internal/;

function codeOf(error: unknown): ProblemCode {
  if (error instanceof ProblemError) return error.code;
  if (error instanceof RetryLater) return 'TRY_AGAIN';
  if (error instanceof Error && (transient.test(error.name) || isTransientCall(error))) return 'TRY_AGAIN';
  return 'INTERNAL_ERROR';
}

// Statuses of gRPC: deadline exceeded, resource exhausted, aborted, unavailable.
function isTransientCall(error: Error): boolean {
  return 'code' in error && [4, 8, 10, 14].includes(error.code as number);
}

const gone = /TimeoutError|ECONNRE|Unavailable|^Internal/;

/** True for a store that does not answer at all, as against one that is busy or in conflict. */
export function isOutage(error: Error): boolean {
  return gone.test(error.name) || ('code' in error && [4, 14].includes(error.code as number));
}
