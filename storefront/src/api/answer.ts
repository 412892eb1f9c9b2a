import { type Code, codeOf, sentenceOf } from './sentences.ts';

export interface Failure {
  readonly code: Code;
  readonly sentence: string;
  /** Nobody knows whether it was done, or it was not done yet: the same request may be sent again. */
  readonly again: boolean;
  /** How long the server asked to wait. */
  readonly waitMs: number | undefined;
}

export type Answer<Body> =
  | { readonly ok: true; readonly body: Body; readonly ageMs: number }
  | { readonly ok: false; readonly failure: Failure };

export function failed(code: Code, waitMs?: number): { ok: false; failure: Failure } {
  const again = ['UNREACHABLE', 'UNAVAILABLE', 'TOO_MANY_REQUESTS', 'INTERNAL_ERROR', 'TRY_AGAIN'].includes(code);
  return { ok: false, failure: { code, sentence: sentenceOf(code), again, waitMs } };
}

export async function readAnswer<Body>(response: Response, now: number): Promise<Answer<Body>> {
  const text = await response.text();
  const body = parse(text);
  if (!response.ok)
    return failed(
      codeOf(response.status, (body as { code?: unknown })?.code),
      retryAfter(response.headers.get('retry-after'), now),
    );
  if (body === undefined) return failed('UNEXPECTED');
  return { ok: true, body: body as Body, ageMs: ageOf(response.headers, body) };
}

const longestWaitMs = 60_000;

/** Seconds, or a date: https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3 */
export function retryAfter(value: string | null, now: number): number | undefined {
  if (value === null || value.trim() === '') return undefined;
  const ms = Number.isNaN(Number(value)) ? Date.parse(value) - now : Number(value) * 1_000;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), longestWaitMs);
}

/**
 * How old an answer was when it came: by the caches on the way, and by what it says itself. The server's clock is
 * compared with the server's clock only, since a visitor's may be wrong.
 */
export function ageOf(headers: Pick<Headers, 'get'>, body: unknown): number {
  const inCaches = Number(headers.get('age') ?? 0) * 1_000;
  const asOf = Date.parse(String((body as { asOf?: unknown })?.asOf ?? ''));
  const sent = Date.parse(headers.get('date') ?? '');
  const beforeSending = sent - asOf;
  return Math.max(0, inCaches || 0, beforeSending || 0);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
