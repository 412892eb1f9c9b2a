import type { Delivery } from '../ports/messages.ts';
import { spanIdOf, traceIdOf } from './trace.ts';

/**
 * One step on an order's path. Its last log line holds the data of a span: `npm run trace` and the exporter read
 * nothing else, so functions need no code for tracing.
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
  /** Milliseconds from sending to the start of the step, as far as the queue reports it. */
  readonly waitedMs?: number | undefined;
  /** How often the message was received; 1 the first time. */
  readonly receives?: number | undefined;
  /** Milliseconds of the step itself; in a batch, of the batch so far. */
  readonly ms: number;
}

/** Begins a step. `parent` is the traceparent of the step before, `traceparent` this step's own. */
export function beginHop(parent: string | undefined, traceparent: string, { sentAtMs, receives }: Delivery = {}): Hop {
  const [begun, atMs] = [performance.now(), Date.now()];
  const traceId = traceIdOf(traceparent);
  return {
    fields: () => ({
      traceId,
      spanId: spanIdOf(traceparent),
      // A missing or invalid header begins a new trace.
      parentId: parent !== undefined && traceIdOf(parent) === traceId ? spanIdOf(parent) : undefined,
      waitedMs: sentAtMs === undefined ? undefined : Math.max(0, atMs - sentAtMs),
      receives,
      ms: Math.round(performance.now() - begun),
    }),
  };
}
