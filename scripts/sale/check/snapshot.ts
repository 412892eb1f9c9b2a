import type { OrderEvent } from '../../../functions/contracts/order-event.ts';
import type { CountedOrder } from '../../../functions/contracts/view.ts';
import { isOpen, type Order } from '../../../functions/domain/order.ts';
import type { Product } from '../../../functions/domain/product.ts';
import type { Sales } from '../../../functions/domain/sales.ts';
import type { Supply } from '../../../functions/ports/stock.ts';

/** All stores of a quiet system, read at one time: what the invariants are about. */
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
   * The least that the shards of its product held together while an order was open, for each rejected one. Only who
   * watches every write knows it; otherwise it is judged by what is left at the end.
   */
  readonly lowest?: ReadonlyMap<string, number>;
  /** What the partner says; without a partner an order ends when it is confirmed. */
  readonly book?: readonly BookEntry[];
}

/** What the stores hold; the dead letters are read apart, for reading hides them for a while. */
export type Stores = Omit<Snapshot, 'deadLetters'>;

/** What the partner has decided about an order, in its own words: one entry for each time that it did. */
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

/** What the clients saw, which no store knows. */
export interface ClientRecord {
  /** One entry for each 202, repetitions included. */
  readonly accepted: readonly { readonly customer: string; readonly key: string; readonly orderId: string }[];
  /** Attempts to read or change another customer's order, and those that were answered with anything but a 404. */
  readonly foreignAttempts: number;
  readonly foreignAnswers: readonly string[];
}

/** Not at its end; where there is no partner, a confirmed order is. */
export function isUnderWay(order: Pick<Order, 'state'>, { book }: Pick<Snapshot, 'book'>): boolean {
  return book ? isOpen(order) : order.state === 'PENDING';
}

/** The snapshot as far as these products are concerned; dead letters are of all. */
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
