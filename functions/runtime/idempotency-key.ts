import { idempotencyKey } from '../contracts/common-grammar.ts';
import type { HttpEvent } from '../contracts/http-event.ts';
import { ProblemError } from '../contracts/problem.ts';

/** https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/ @throws {ProblemError} IDEMPOTENCY_KEY_REQUIRED */
export function parseIdempotencyKey(event: HttpEvent): string {
  const key = parse(event.headers['idempotency-key']);
  if (!key.success) throw new ProblemError('IDEMPOTENCY_KEY_REQUIRED', key.error.issues[0]?.message);
  return key.data;
}

/** The key as its order stores it, whether it was sent quoted or bare; undefined for one that the API would reject. */
export function findIdempotencyKey({ headers }: HttpEvent): string | undefined {
  const header = headers['idempotency-key'];
  // Most requests have none, and a rejection by zod takes longer than the rest of the middleware.
  return header === undefined ? undefined : parse(header).data;
}

/** A structured field string, quoted as in the draft, or the bare key that many clients send. */
function parse(header: string | undefined) {
  const text = header?.trim();
  return idempotencyKey.safeParse(/^"([^"\\]*)"(?:;.*)?$/.exec(text ?? '')?.[1] ?? text);
}
