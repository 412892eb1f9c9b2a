import { randomBytes } from 'node:crypto';
import * as grammar from '../contracts/grammar.ts';

/**
 * Continues a W3C trace with a new span, or starts a trace. The trace id is the only correlation id: every log line,
 * message and event carries it.
 */
export function continueTrace(parent: string | undefined): string {
  const known = parent !== undefined && grammar.traceparent.safeParse(parent).success;
  // One call: each asks the system.
  const random = randomBytes(known ? 8 : 24).toString('hex');
  return known ? `00-${traceIdOf(parent)}-${random}-01` : `00-${random.slice(0, 32)}-${random.slice(32)}-01`;
}

export function traceIdOf(traceparent: string): string {
  return traceparent.slice(3, 35);
}

export function spanIdOf(traceparent: string): string {
  return traceparent.slice(36, 52);
}
