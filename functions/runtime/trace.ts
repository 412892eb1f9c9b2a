import { randomUUID } from 'node:crypto';
import * as grammar from '../contracts/common-grammar.ts';

/**
 * Continues a W3C trace with a new span, or starts a trace. The trace id is the only correlation id: every log line,
 * message and event carries it.
 */
export function continueTrace(parent: string | undefined): string {
  const known = parent !== undefined && grammar.traceparent.safeParse(parent).success;
  // Node keeps random bytes for many UUIDs; other functions of the module ask the system each time.
  const id = randomUUID();
  // Skips the fixed bits in the middle of a UUID.
  return `00-${known ? traceIdOf(parent) : withoutDashes(id)}-${id.slice(0, 8)}${id.slice(28)}-01`;
}

/** Slices, because `replaceAll` takes longer than the UUID. */
const withoutDashes = (id: string): string =>
  `${id.slice(0, 8)}${id.slice(9, 13)}${id.slice(14, 18)}${id.slice(19, 23)}${id.slice(24)}`;

export function traceIdOf(traceparent: string): string {
  return traceparent.slice(3, 35);
}

export function spanIdOf(traceparent: string): string {
  return traceparent.slice(36, 52);
}
