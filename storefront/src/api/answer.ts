import { type Code, problemText, toCode } from './problem-text.ts';

export interface Failure {
  readonly code: Code;
  /** A sentence for the customer. */
  readonly text: string;
  /** The request may or may not have taken effect; it can safely be sent again. */
  readonly again: boolean;
  /** How long the server asks to wait. */
  readonly waitMs: number | undefined;
}

export type Answer<Body> =
  | { readonly ok: true; readonly body: Body; readonly ageMs: number }
  | { readonly ok: false; readonly failure: Failure };

export function failed(code: Code, waitMs?: number): { ok: false; failure: Failure } {
  const again = [
    'UNREACHABLE',
    'UNAVAILABLE',
    'TOO_MANY_REQUESTS',
    'REQUEST_TIMEOUT',
    'INTERNAL_ERROR',
    'UNREADABLE_ROW',
    'TRY_AGAIN',
  ].includes(code);
  return { ok: false, failure: { code, text: problemText(code), again, waitMs } };
}

export async function readAnswer<Body>(response: Response, now: number): Promise<Answer<Body>> {
  const text = await response.text();
  const body = parse(text);
  if (!response.ok)
    return failed(
      toCode(response.status, (body as { code?: unknown })?.code),
      parseRetryAfter(response.headers.get('retry-after'), now),
    );
  if (body === undefined) return failed('UNEXPECTED');
  return { ok: true, body: body as Body, ageMs: parseAgeMs(response.headers, body) };
}

const longestWaitMs = 60_000;

/** Seconds, or a date: https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3 */
export function parseRetryAfter(value: string | null, now: number): number | undefined {
  if (value === null || value.trim() === '') return undefined;
  const ms = Number.isNaN(Number(value)) ? Date.parse(value) - now : Number(value) * 1_000;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), longestWaitMs);
}

/**
 * Milliseconds between the answer's data and its arrival: time in caches, or its own `asOf`. Only server times are
 * compared, because the visitor's clock may be wrong.
 */
export function parseAgeMs(headers: Pick<Headers, 'get'>, body: unknown): number {
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
