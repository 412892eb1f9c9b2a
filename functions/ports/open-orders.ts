import type { OrderPosition } from './orders.ts';

/** The orders that are not at their end: what nobody finishes would otherwise never be seen again. */
export interface OpenOrders {
  /**
   * Those of one bucket that were accepted before `before` (ISO 8601 UTC), oldest first. Eventually consistent: an order
   * may have come to its end, and a row may name an order that was never stored.
   */
  list(
    bucket: number,
    before: string,
    limit: number,
    after?: OrderPosition,
  ): Promise<{ readonly orders: readonly OrderPosition[]; readonly next?: OrderPosition }>;
}
