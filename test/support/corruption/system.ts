import type { OrderEvent } from '../../../functions/contracts/order-event.ts';
import type { CountedOrder } from '../../../functions/contracts/view.ts';
import type { Product } from '../../../functions/domain/product.ts';
import type { OrderLedger } from '../../../functions/ports/ledger.ts';
import type { OrderStore } from '../../../functions/ports/orders.ts';
import type { ProductReader, ProductWriter } from '../../../functions/ports/products.ts';
import type { StockLevels, StockSupply, Supply } from '../../../functions/ports/stock.ts';
import type { SalesViews } from '../../../functions/ports/views.ts';
import type {
  Holding,
  ListEntry,
  OpenEntry,
  SalesRow,
  StockShard,
  StoredOrder,
  Stores,
} from '../../../scripts/sale/check/snapshot.ts';

/** The content of a row, by kind. */
export interface Contents {
  readonly order: StoredOrder;
  readonly event: OrderEvent;
  readonly guard: CountedOrder;
  readonly counter: SalesRow;
  readonly shard: StockShard;
  readonly supply: Supply;
  readonly holding: Holding;
  readonly product: Product;
  readonly open: OpenEntry;
  readonly listed: ListEntry;
}
export type Kind = keyof Contents;

/** Changes stored rows behind the system's back. */
export interface Hands {
  /** Stores content under the key of `at`. By default that is its own; another one contradicts the content. */
  put<K extends Kind>(kind: K, content: Contents[K], at?: Contents[K]): void;
  remove<K extends Kind>(kind: K, at: Contents[K]): void;
}

/** The real adapters of one kind of store, and its rows. */
export interface CorruptibleSystem {
  readonly ports: {
    readonly orders: OrderStore;
    readonly ledger: OrderLedger;
    readonly products: ProductReader & ProductWriter;
    readonly stock: StockLevels & StockSupply;
    readonly views: SalesViews;
  };
  readonly hands: Hands;
  /** All that is stored, in Maps and arrays. */
  readonly stored: object;
  /** Hands over each event that was committed since the last call. */
  drain(hand: (event: OrderEvent) => Promise<void>): Promise<void>;
  stores(): Stores;
}
