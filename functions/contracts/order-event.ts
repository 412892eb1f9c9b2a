import * as z from 'zod';
import { type Order, rejectReasons } from '../domain/order.ts';
import * as grammar from './grammar.ts';
import { inTraceOf } from './order-trace.ts';
import { project } from './project.ts';

/** The order after a transition. */
export const orderSnapshot = z.object({
  orderId: grammar.orderId,
  customer: grammar.customerId,
  sku: grammar.sku,
  quantity: grammar.quantity,
  unitPrice: grammar.minorUnits,
  currency: grammar.currency,
  shardCount: z.int().min(1),
  limitPerCustomer: grammar.limitPerCustomer.optional(),
  state: z.enum(['CONFIRMED', 'REJECTED', 'FULFILLING', 'FULFILLED', 'CANCELLED']),
  version: z.int().min(2),
  allocation: z.array(z.object({ shard: z.int().min(0), quantity: grammar.quantity })),
  held: z.literal(true).optional(),
  reason: z.enum(rejectReasons).optional(),
  acceptedAt: grammar.timestamp,
  changedAt: grammar.timestamp,
});

/**
 * Event of a transition, written in the same transaction; the stream and the bus carry it. `(orderId, version)`
 * identifies it, so consumers can skip duplicates. It carries the whole order, so one event is enough to act on.
 */
export const orderEvent = z.object({
  v: z.literal(1),
  type: z.enum(['OrderConfirmed', 'OrderRejected', 'OrderFulfilling', 'OrderFulfilled', 'OrderCancelled']),
  traceparent: grammar.traceparent,
  order: orderSnapshot,
});
export type OrderEvent = z.infer<typeof orderEvent>;

/** An event as stored. `expiresAt`: epoch seconds after which the store may delete it; undefined if it is kept. */
export const storedEvent = orderEvent.extend({ expiresAt: z.int().min(0).optional() });
export type StoredEvent = z.infer<typeof storedEvent>;

export const busSource = `${project}.orders`;

const eventTypes = {
  CONFIRMED: 'OrderConfirmed',
  REJECTED: 'OrderRejected',
  FULFILLING: 'OrderFulfilling',
  FULFILLED: 'OrderFulfilled',
  CANCELLED: 'OrderCancelled',
} as const;

/** The event of the transition to `order`, in the order's trace. @throws {ZodError} for a pending order */
export function toOrderEvent(order: Order, traceparent: string): OrderEvent {
  const snapshot = orderSnapshot.parse(order);
  return { v: 1, type: eventTypes[snapshot.state], traceparent: inTraceOf(order, traceparent), order: snapshot };
}

/** The last event of each order, by order id. */
export function latestEvents<Event extends OrderEvent>(events: Iterable<Event>): ReadonlyMap<string, Event> {
  const latest = new Map<string, Event>();
  for (const event of events) {
    const { orderId, version } = event.order;
    if ((latest.get(orderId)?.order.version ?? 0) < version) latest.set(orderId, event);
  }
  return latest;
}
