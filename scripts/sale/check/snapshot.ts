import type {
  AcceptedOrder,
  OrderResource,
  ProductResource,
  RestockResource,
} from '../../../functions/contracts/http.ts';
import type { OrderEvent, StoredEvent } from '../../../functions/contracts/order-event.ts';
import type { CountedOrder } from '../../../functions/contracts/view.ts';
import type { Order } from '../../../functions/domain/order.ts';
import type { Product } from '../../../functions/domain/product.ts';
import type { Sales } from '../../../functions/domain/sales.ts';
import type { Supply } from '../../../functions/ports/stock.ts';
import type { Transfer } from '../../../functions/ports/transfers.ts';
import type { DeadLetter } from './dead-letter.ts';
import type { Retention } from './retention.ts';
import { isFinal } from './rules.ts';

/** All stores of a quiet system, read at one time. The invariants are checked on it. */
export interface Snapshot {
  readonly products: readonly Product[];
  readonly shards: readonly StockShard[];
  readonly supplies: readonly Supply[];
  /** Units sent to other regions and received from them; undefined for a store of one region. */
  readonly transfers?: Transfers;
  /**
   * Set for a region other than the home region, which alone receives supplies: all its units came from other regions.
   */
  readonly suppliedElsewhere?: true;
  /** Units that customers hold in orders under a limit, one per stored row. */
  readonly holdings: readonly Holding[];
  readonly orders: readonly StoredOrder[];
  readonly events: readonly StoredEvent[];
  readonly counted: readonly CountedOrder[];
  /** One per stored counter row. */
  readonly sales: readonly SalesRow[];
  /** Entries of the index of open orders; undefined for a store without an index of its own. */
  readonly open?: readonly OpenEntry[];
  /** Entries of the customers' order lists; undefined where the list is an index that the engine derives from the orders. */
  readonly listed?: readonly ListEntry[];
  /** Unreadable, unknown or misplaced rows. */
  readonly strays?: readonly Stray[];
  /** Every event that the bus accepted; undefined if not recorded. */
  readonly published?: readonly OrderEvent[];
  readonly deadLetters: readonly DeadLetter[];
  /**
   * For each rejected order, the lowest total stock of its product while the order was open. Only a simulation that
   * observes every write knows it; otherwise the check uses the final stock.
   */
  readonly lowest?: ReadonlyMap<string, number>;
  /**
   * For each rejected order under a limit, the most units that its customer held while the order was open. Only a
   * simulation that observes every write knows it; otherwise the check uses the timestamps.
   */
  readonly highest?: ReadonlyMap<string, number>;
  /** The partner's book. Without a partner, confirmed is a final state. */
  readonly book?: readonly BookEntry[];
  /** Calls that the partner rejected for their signature; undefined if not counted. */
  readonly unsigned?: number;
  /** Undefined: no row of an order ever expires. */
  readonly retention?: Retention;
}

/** The stores' content. Dead letters are read separately, because reading hides them for a while. */
export type Stores = Omit<Snapshot, 'deadLetters'>;

export interface StoredOrder extends Order {
  /** Undefined if the reader does not know it. */
  readonly requestHash?: string;
  /** Epoch seconds; undefined for a row that is kept. */
  readonly expiresAt?: number | undefined;
}

export interface Holding {
  readonly sku: string;
  readonly customer: string;
  readonly units: number;
}

export interface Transfers {
  readonly sent: readonly Transfer[];
  readonly received: readonly Transfer[];
  /** The lender's list of transfers that are not yet closed. */
  readonly open: readonly OpenTransfer[];
}

export type OpenTransfer = Pick<Transfer, 'sku' | 'id' | 'to'>;

export interface OpenEntry {
  readonly bucket: number;
  readonly orderId: string;
  readonly acceptedAt: string;
}

export interface ListEntry {
  readonly customer: string;
  readonly orderId: string;
  readonly acceptedAt: string;
}

/** A row that is unreadable, of an unknown kind, or whose key and content disagree. */
export interface Stray {
  readonly row: string;
  readonly reason: string;
  /** The product that the row names, if it is readable. */
  readonly sku?: string | undefined;
}

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
  /** Units of `allocated` that came from other shards, minus those that left for them; 0 if units never move. */
  readonly moved?: number;
}

export interface SalesRow extends Sales {
  readonly sku: string;
  readonly slot: number;
  /** `TOTAL`, or the minute as `2026-11-21T10:15`. */
  readonly period: string;
  /** Epoch seconds; undefined where rows do not expire. NaN: the row should have it and does not. */
  readonly expiresAt?: number;
}

/** Facts that only the clients know. */
export interface ClientRecord {
  /** One entry per 202, including repetitions. */
  readonly accepted: readonly AcceptedRecord[];
  /** Posts that may have created an order: all, or at least those without a 202. */
  readonly requested?: readonly OrderWish[];
  /** One entry per order shown to its customer, in any answer. */
  readonly shown?: readonly ShownOrder[];
  /** Orders whose own customer asked to cancel them; undefined if not recorded. */
  readonly cancels?: readonly string[];
  /** One entry per restock answered with 200. */
  readonly restocked?: readonly RestockRecord[];
  /** Restocks that were sent, answered or not; undefined if not all were recorded. */
  readonly restocks?: readonly Pick<RestockRecord, 'sku' | 'key'>[];
  /** One entry per answered PUT of a product. */
  readonly put?: readonly ProductResource[];
  /** Attempts to read or change another customer's order. */
  readonly foreignAttempts: number;
  /** Attempts answered with anything but a 404. */
  readonly foreignAnswers: readonly string[];
}

/** An order as its customer requested it. */
export interface OrderWish {
  readonly customer: string;
  readonly key: string;
  readonly sku: string;
  readonly quantity: number;
}

/** The body of a 202, with its customer. */
export interface AcceptedRecord extends AcceptedOrder {
  readonly customer: string;
  /** The Idempotency-Key that was sent. The order's id is derived from it. */
  readonly key: string;
}

export interface ShownOrder extends OrderResource {
  readonly customer: string;
}

export interface RestockRecord extends RestockResource {
  readonly key: string;
}

/** True if the order is not final. Without a partner, confirmed is final. */
export function isUnfinished(order: Pick<Order, 'state'>, { book }: Pick<Snapshot, 'book'>): boolean {
  return book ? !isFinal(order.state) : order.state === 'PENDING';
}

/** The part of the snapshot that concerns these products. Dead letters are not filtered. */
export function onlyProducts(all: Snapshot, skus: ReadonlySet<string>): Snapshot {
  const own = ({ sku }: { readonly sku?: string | undefined }) => sku !== undefined && skus.has(sku);
  const others = new Set(all.orders.filter((order) => !own(order)).map(({ orderId }) => orderId));
  const notOfOthers = ({ orderId }: { readonly orderId: string }) => !others.has(orderId);
  return {
    ...all,
    products: all.products.filter(own),
    shards: all.shards.filter(own),
    supplies: all.supplies.filter(own),
    ...(all.transfers && { transfers: ownTransfers(all.transfers, own) }),
    holdings: all.holdings.filter(own),
    orders: all.orders.filter(own),
    events: all.events.filter((event) => own(event.order)),
    counted: all.counted.filter(own),
    sales: all.sales.filter(own),
    ...(all.open && { open: all.open.filter(notOfOthers) }),
    ...(all.listed && { listed: all.listed.filter(notOfOthers) }),
    ...(all.strays && { strays: all.strays.filter(own) }),
    ...(all.published && { published: all.published.filter((event) => own(event.order)) }),
    ...(all.book && { book: all.book.filter(own) }),
  };
}

function ownTransfers({ sent, received, open }: Transfers, own: (row: { readonly sku: string }) => boolean): Transfers {
  return { sent: sent.filter(own), received: received.filter(own), open: open.filter(own) };
}
