import type { Order } from '../domain/order.ts';

/**
 * The same span in the trace of the order's first request. Sweeps, cancels and repeated requests belong to that trace,
 * too. Rows of earlier versions name no trace.
 */
export function inTraceOf({ traceparent: first }: Pick<Order, 'traceparent'>, traceparent: string): string {
  return first === undefined ? traceparent : `${first.slice(0, 36)}${traceparent.slice(36)}`;
}
