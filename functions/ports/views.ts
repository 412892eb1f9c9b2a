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
