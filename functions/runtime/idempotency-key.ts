import { idempotencyKey } from '../contracts/grammar.ts';
import type { HttpEvent } from '../contracts/http-event.ts';
import { ProblemError } from '../contracts/problem.ts';

/** https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/ @throws {ProblemError} IDEMPOTENCY_KEY_REQUIRED */
export function parseIdempotencyKey(event: HttpEvent): string {
  const key = idempotencyKey.safeParse(event.headers['idempotency-key']);
  if (!key.success) throw new ProblemError('IDEMPOTENCY_KEY_REQUIRED', key.error.issues[0]?.message);
  return key.data;
}
