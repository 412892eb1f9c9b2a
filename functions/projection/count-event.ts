import type { StoredEvent } from '../contracts/order-event.ts';
import type { CountedOrder } from '../contracts/view.ts';
import { isOpen } from '../domain/order.ts';
import { noSales, subtractSales, toSales } from '../domain/sales.ts';
import { RetryLater } from '../ports/retry-later.ts';
import type { Meter, Pause } from '../ports/runtime.ts';
import type { Count, SalesViews } from '../ports/views.ts';
import { retryConflicts } from '../resilience/retry.ts';

export interface ProjectionPorts {
  readonly views: SalesViews;
  readonly meter: Meter;
  readonly pause: Pause;
}

// Only a stream replay counts the same order concurrently; an order has at most four versions.
const attempts = 5;

/**
 * Counts an event in the views once; a replayed or outdated event changes nothing. Counters change by the difference
 * between the order's old and new contribution, so the views equal the fold of the events in any order.
 *
 * @throws {RetryLater} when nothing was decided; the stream redelivers the record
 */
export async function countEvent(event: StoredEvent, ports: ProjectionPorts): Promise<void> {
  const { orderId } = event.order;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const count = toCount(event, await ports.views.counted(orderId));
    if (!count) return ports.meter.count('Duplicates');
    const { next, previousVersion, change } = count;
    const outcome = await retryConflicts(() => ports.views.count(next, previousVersion, change), ports);
    if (outcome === 'committed') return;
  }
  throw new RetryLater(`order ${orderId} changed during each of ${attempts} attempts to count it; retry`);
}

/** Undefined when this event, or a later one of its order, is already counted. */
export function toCount(event: StoredEvent, previous: CountedOrder | undefined): Count | undefined {
  const { order } = event;
  if (previous && previous.version >= order.version) return undefined;
  return {
    next: toCountedOrder(event),
    previousVersion: previous?.version,
    change: subtractSales(toSales(order), previous ? toSales(previous) : noSales),
  };
}

/** Without its guard, an order would be counted again: the guard stays until the end of the order expires. */
export function toCountedOrder({ order, traceparent, expiresAt }: StoredEvent): CountedOrder {
  const { orderId, sku, version, state, quantity, unitPrice, acceptedAt } = order;
  const expiry = expiresAt === undefined || isOpen(order) ? {} : { expiresAt };
  return { v: 1, orderId, sku, version, state, quantity, unitPrice, acceptedAt, traceparent, ...expiry };
}
