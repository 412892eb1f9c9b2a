import type { AcceptedRecord, Snapshot } from '../../../sale/check/snapshot.ts';
import type { Request } from './requests.ts';

export const traceIdIn = (carried: string) => carried.slice(3, 35);

/** The request that began each trace. */
export class Traces {
  /** The customer's key or the path of the request, by trace id. */
  readonly #subjects = new Map<string, string>();

  note(sent: string, { headers, customer, path }: Request): void {
    const key = headers?.['idempotency-key'];
    this.#subjects.set(traceIdIn(sent), key === undefined ? path : `${customer} ${key}`);
  }

  /** Finds events whose trace began with neither the order's post nor its cancel nor a sweep. */
  findForeign(
    { events, counted }: Snapshot,
    accepted: readonly AcceptedRecord[],
    sweeps: ReadonlySet<string>,
  ): string[] {
    const keys = new Map(accepted.map(({ orderId, customer, key }) => [orderId, `${customer} ${key}`]));
    const seen = [...events.map((event) => ({ ...event, orderId: event.order.orderId })), ...counted];
    return seen.flatMap(({ orderId, traceparent: carried = '' }) => {
      const traceId = traceIdIn(carried);
      const subject = this.#subjects.get(traceId);
      const isSweep = sweeps.has(traceId);
      const isOwn = subject === keys.get(orderId) || subject === `/orders/${orderId}` || isSweep;
      return isOwn || !keys.has(orderId) ? [] : [`an event of order ${orderId} carries the trace of ${subject}`];
    });
  }
}
