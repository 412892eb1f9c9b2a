import type { CountedOrder } from '../contracts/view.ts';
import type { Sales } from '../domain/sales.ts';

export interface SalesReader {
  /** Sales of a product so far; behind the orders by the time the stream takes. */
  salesOf(sku: string): Promise<Sales>;
}

export interface SalesViews {
  /** The order as last counted; strongly consistent. */
  counted(orderId: string): Promise<CountedOrder | undefined>;
  /**
   * One transaction: the order is counted as `next` and the counters of its product, in total and of its minute, move
   * by `change`. `stale` when the order is no longer counted as `previousVersion` (undefined: not counted at all).
   */
  count(
    next: CountedOrder,
    previousVersion: number | undefined,
    change: Sales,
  ): Promise<'committed' | 'stale' | 'conflict'>;
}

/** One order as it is to be counted. */
export interface Count {
  readonly next: CountedOrder;
  /** How it is counted so far; undefined: not at all. */
  readonly previousVersion: number | undefined;
  /** What its counters move by. */
  readonly change: Sales;
}

/** Views that can count many orders at once: one write of a row of counters instead of one for each order. */
export interface GroupViews extends SalesViews {
  /** How many orders one transaction has room for. */
  readonly maxPerTransaction: number;
  /** Those of these orders that are counted, as last counted; strongly consistent. */
  countedOf(orderIds: readonly string[]): Promise<readonly CountedOrder[]>;
  /**
   * All of them in one transaction: orders of one product whose counters stand in one slot. `apart` when any of them is
   * no longer counted as its `previousVersion`: then none is counted, and each has to be tried by itself.
   */
  countTogether(counts: readonly Count[]): Promise<'committed' | 'not batched' | 'conflict'>;
}
