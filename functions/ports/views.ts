import type { CountedOrder } from '../contracts/view.ts';
import type { Sales } from '../domain/sales.ts';

export interface SalesReader {
  /** Sales of a product so far; lags the orders by the stream's delay. */
  toSales(sku: string): Promise<Sales>;
}

export interface SalesViews {
  /** The order as last counted; strongly consistent. */
  counted(orderId: string): Promise<CountedOrder | undefined>;
  /**
   * Counts the order as `next` and adds `change` to its product's total and per-minute counters, in one transaction.
   * `stale` when the order is no longer counted as `previousVersion` (undefined: not counted yet).
   */
  count(
    next: CountedOrder,
    previousVersion: number | undefined,
    change: Sales,
  ): Promise<'committed' | 'stale' | 'conflict'>;
}

/** How to count one order. */
export interface Count {
  readonly next: CountedOrder;
  /** Undefined when the order was not counted yet. */
  readonly previousVersion: number | undefined;
  /** Difference to add to its counters. */
  readonly change: Sales;
}

/** Views that can count many orders with one write of a counter row. */
export interface GroupViews extends SalesViews {
  /** Maximum orders in one transaction. */
  readonly maxPerTransaction: number;
  /** As last counted, without those not counted yet; strongly consistent. */
  countedOf(orderIds: readonly string[]): Promise<readonly CountedOrder[]>;
  /**
   * Counts orders of one product and one counter slot in one transaction. `not batched` when any is no longer counted
   * as its `previousVersion`: then none was counted, and each must be tried on its own.
   */
  countTogether(counts: readonly Count[]): Promise<'committed' | 'not batched' | 'conflict'>;
}
