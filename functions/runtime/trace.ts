import { randomUUID } from 'node:crypto';
import * as grammar from '../contracts/common-grammar.ts';

/**
 * Continues a W3C trace with a new span, or starts a trace. The trace id is the only correlation id: every log line,
 * message and event carries it.
 */
export function continueTrace(parent: string | undefined): string {
  const known = parent !== undefined && grammar.traceparent.safeParse(parent).success;
  // Node keeps random bytes for many UUIDs; other functions of the module ask the system each time.
  const id = randomUUID().replaceAll('-', '');
  // Skips the fixed bits in the middle of a UUID.
  const spanId = id.slice(0, 8) + id.slice(-8);
  return `00-${known ? traceIdOf(parent) : id}-${spanId}-01`;
}

export function traceIdOf(traceparent: string): string {
  return traceparent.slice(3, 35);
}

export function spanIdOf(traceparent: string): string {
  return traceparent.slice(36, 52);
}
