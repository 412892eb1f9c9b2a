import type { OrderEvent } from '../../../functions/contracts/order-event.ts';
import type { CountedOrder } from '../../../functions/contracts/view.ts';
import { isOpen, type Order } from '../../../functions/domain/order.ts';
import type { Product } from '../../../functions/domain/product.ts';
import type { Sales } from '../../../functions/domain/sales.ts';
import type { Supply } from '../../../functions/ports/stock.ts';

/** All stores of a quiet system, read at one time. The invariants are checked on it. */
export interface Snapshot {
  readonly products: readonly Product[];
  readonly shards: readonly StockShard[];
  readonly supplies: readonly Supply[];
  readonly orders: readonly Order[];
  readonly events: readonly OrderEvent[];
  readonly counted: readonly CountedOrder[];
  readonly sales: readonly SalesRow[];
  /** Bodies of the messages in the dead-letter queues. */
  readonly deadLetters: readonly string[];
  /**
   * For each rejected order, the lowest total stock of its product while the order was open. Only an observer of every
   * write knows it; otherwise the check uses the final stock.
   */
  readonly lowest?: ReadonlyMap<string, number>;
  /** The partner's book. Without a partner, confirmed is a final state. */
  readonly book?: readonly BookEntry[];
}

/** The stores' content. Dead letters are read separately, because reading hides them for a while. */
export type Stores = Omit<Snapshot, 'deadLetters'>;

/** One decision of the partner about an order, in the partner's terms. */
export interface BookEntry {
  readonly orderId: string;
  readonly sku: string;
  readonly quantity: number;
  readonly state: 'accepted' | 'refused';
}

export interface StockShard {
  readonly sku: string;
  readonly shard: number;
  readonly left: number;
  /** Units ever supplied to this shard. */
  readonly allocated: number;
}

export interface SalesRow extends Sales {
  readonly sku: string;
  /** `TOTAL`, or the minute as `2026-11-21T10:15`. */
  readonly period: string;
}

/** What only the clients know. */
export interface ClientRecord {
  /** One entry per 202, including repetitions. */
  readonly accepted: readonly { readonly customer: string; readonly key: string; readonly orderId: string }[];
  /** Attempts to read or change another customer's order. */
  readonly foreignAttempts: number;
  /** Those that got anything but a 404. */
  readonly foreignAnswers: readonly string[];
}

/** True if the order is not final. Without a partner, confirmed is final. */
export function isUnfinished(order: Pick<Order, 'state'>, { book }: Pick<Snapshot, 'book'>): boolean {
  return book ? isOpen(order) : order.state === 'PENDING';
}

/** The part of the snapshot that concerns these products. Dead letters are not filtered. */
export function onlyProducts(all: Snapshot, skus: ReadonlySet<string>): Snapshot {
  const own = ({ sku }: { readonly sku: string }) => skus.has(sku);
  return {
    ...all,
    products: all.products.filter(own),
    shards: all.shards.filter(own),
    supplies: all.supplies.filter(own),
    orders: all.orders.filter(own),
    events: all.events.filter((event) => own(event.order)),
    counted: all.counted.filter(own),
    sales: all.sales.filter(own),
    ...(all.book && { book: all.book.filter(own) }),
  };
}
