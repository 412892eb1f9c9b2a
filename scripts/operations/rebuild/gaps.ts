import type { OrderEvent } from '../../../functions/contracts/order-event.ts';
import { isExpired, type Retention } from '../../sale/check/retention.ts';

/**
 * Rows that are missing although later ones are stored. The views cannot show them, because they count only the last
 * event of an order, and a rebuild cannot restore them.
 *
 * @param orders ids of the stored orders
 * @param retention undefined: no event ever expires
 */
export function findGaps(events: readonly OrderEvent[], orders: ReadonlySet<string>, retention?: Retention): string[] {
  const versions = new Map<string, number[]>();
  const old = new Set<string>();
  for (const { order } of events) {
    versions.set(order.orderId, [...(versions.get(order.orderId) ?? []), order.version]);
    if (isExpired(order.acceptedAt, retention)) old.add(order.orderId);
  }
  return [...versions].flatMap(([orderId, stored]) => [
    ...(orders.has(orderId) ? [] : [`ORDER#${orderId} ORDER is missing`]),
    // Of an order that took long, the first events may have expired.
    ...missingBelow(Math.max(...stored), new Set(stored), old.has(orderId) ? Math.min(...stored) : 2).map(
      (version) => `ORDER#${orderId} EVENT#${version} is missing`,
    ),
  ]);
}

/** The first event has version 2. */
function missingBelow(last: number, stored: ReadonlySet<number>, first: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => index + first).filter(
    (version) => !stored.has(version),
  );
}
