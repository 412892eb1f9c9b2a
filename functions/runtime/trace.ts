import { randomBytes } from 'node:crypto';
import * as grammar from '../contracts/common-grammar.ts';

/** A trace id and a span id. */
const idBytes = 24;
const drawnIds = 128;
let drawn = Buffer.alloc(0);
let used = 0;

/** 48 hexadecimal digits. Random bytes are drawn for many ids at once, because a single draw takes twice as long. */
function newIds(): string {
  if (used === drawn.length) {
    drawn = randomBytes(idBytes * drawnIds);
    used = 0;
  }
  const from = used;
  used += idBytes;
  return drawn.toString('hex', from, used);
}

/**
 * Continues a W3C trace with a new span, or starts a trace. The trace id is the only correlation id: every log line,
 * message and event carries it.
 */
export function continueTrace(parent: string | undefined): string {
  const known = parent !== undefined && grammar.traceparent.safeParse(parent).success;
  const ids = newIds();
  return `00-${known ? traceIdOf(parent) : ids.slice(0, 32)}-${ids.slice(32)}-01`;
}

export function traceIdOf(traceparent: string): string {
  return traceparent.slice(3, 35);
}

export function spanIdOf(traceparent: string): string {
  return traceparent.slice(36, 52);
}
