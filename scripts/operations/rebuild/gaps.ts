import type { OrderEvent } from '../../../functions/contracts/order-event.ts';

/**
 * Rows that are missing although later ones are stored. The views cannot show them, because they count only the last
 * event of an order, and a rebuild cannot restore them.
 *
 * @param orders ids of the stored orders
 */
export function findGaps(events: readonly OrderEvent[], orders: ReadonlySet<string>): string[] {
  const versions = new Map<string, number[]>();
  for (const { order } of events) versions.set(order.orderId, [...(versions.get(order.orderId) ?? []), order.version]);
  return [...versions].flatMap(([orderId, stored]) => [
    ...(orders.has(orderId) ? [] : [`ORDER#${orderId} ORDER is missing`]),
    ...missingBelow(Math.max(...stored), new Set(stored)).map(
      (version) => `ORDER#${orderId} EVENT#${version} is missing`,
    ),
  ]);
}

/** The first event has version 2. */
function missingBelow(last: number, stored: ReadonlySet<number>): number[] {
  return Array.from({ length: last - 1 }, (_, index) => index + 2).filter((version) => !stored.has(version));
}
