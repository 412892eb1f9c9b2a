import type { OrderPosition } from './orders.ts';

/** Index of orders that are not final; without it, stuck orders would never be found. */
export interface OpenOrders {
  /**
   * Orders of one bucket accepted before `before` (ISO 8601 UTC), oldest first. Eventually consistent: a listed order may
   * be final already, or may never be stored.
   */
  list(
    bucket: number,
    before: string,
    limit: number,
    after?: OrderPosition,
  ): Promise<{ readonly orders: readonly OrderPosition[]; readonly next?: OrderPosition }>;
}
