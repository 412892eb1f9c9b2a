import { type ProblemCode, type ProblemDocument, ProblemError, problems, problemType } from '../contracts/problem.ts';
import { findFault } from '../lib/fault.ts';
import { RetryLater } from '../ports/retry-later.ts';

/** The error as shown to clients: an unexpected error reveals only the trace id. */
export function toProblem(error: unknown, traceId: string): ProblemDocument {
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

function toProblemCode(error: unknown): ProblemCode {
  if (error instanceof ProblemError) return error.code;
  return error instanceof RetryLater || findFault(error) ? 'TRY_AGAIN' : 'INTERNAL_ERROR';
}
