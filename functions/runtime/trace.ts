import { randomBytes } from 'node:crypto';
import * as grammar from '../contracts/grammar.ts';

/**
 * Continues a W3C trace with a new span, or starts a trace. The trace id is the only correlation id: every log line,
 * message and event carries it.
 */
export function continueTrace(parent: string | undefined): string {
  const traceId = grammar.traceparent.safeParse(parent).success ? traceIdOf(parent as string) : hex(16);
  return `00-${traceId}-${hex(8)}-01`;
}

export function traceIdOf(traceparent: string): string {
  return traceparent.slice(3, 35);
}

function hex(bytes: number): string {
  return randomBytes(bytes).toString('hex');
}
