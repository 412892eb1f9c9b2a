import { idempotencyKey } from '../contracts/grammar.ts';
import type { HttpEvent } from '../contracts/http-event.ts';
import { ProblemError } from '../contracts/problem.ts';

/** https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/ @throws {ProblemError} IDEMPOTENCY_KEY_REQUIRED */
export function parseIdempotencyKey(event: HttpEvent): string {
  const header = event.headers['idempotency-key']?.trim();
  // A structured field string, quoted, as the draft has it; and the bare key that many clients send.
  const key = idempotencyKey.safeParse(/^"([^"\\]*)"(?:;.*)?$/.exec(header ?? '')?.[1] ?? header);
  if (!key.success) throw new ProblemError('IDEMPOTENCY_KEY_REQUIRED', key.error.issues[0]?.message);
  return key.data;
}
