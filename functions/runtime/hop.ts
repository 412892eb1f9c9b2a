import type { Delivery } from '../ports/messages.ts';
import { spanIdOf, traceIdOf } from './trace.ts';

/**
 * One step of an order's way. The line that ends it says what a span would: `npm run trace` and the exporter read nothing
 * else, so functions need no code for tracing.
 */
export interface Hop {
  /** Fields of the step's last line. */
  fields(): HopFields;
}

export interface HopFields {
  readonly traceId: string;
  readonly spanId: string;
  /** The step that sent the message; undefined for the first. */
  readonly parentId?: string | undefined;
  /** Milliseconds from sending to the begin of the step, as far as the queue tells. */
  readonly waitedMs?: number | undefined;
  /** How often the message was received; 1 the first time. */
  readonly receives?: number | undefined;
  /** Milliseconds of the step itself; in a batch, of the batch so far. */
  readonly ms: number;
}

/** Begins a step that `parent`, a traceparent, leads to; `traceparent` is its own. */
export function beginHop(parent: string | undefined, traceparent: string, { sentAtMs, receives }: Delivery = {}): Hop {
  const [begun, atMs] = [performance.now(), Date.now()];
  const traceId = traceIdOf(traceparent);
  return {
    fields: () => ({
      traceId,
      spanId: spanIdOf(traceparent),
      // A header that is no traceparent begins a trace, and so does none.
      parentId: parent !== undefined && traceIdOf(parent) === traceId ? spanIdOf(parent) : undefined,
      waitedMs: sentAtMs === undefined ? undefined : Math.max(0, atMs - sentAtMs),
      receives,
      ms: Math.round(performance.now() - begun),
    }),
  };
}
