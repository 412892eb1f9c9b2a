import type { OrderEvent } from '../../../functions/contracts/order-event.ts';
import type { DeadLetterReason } from '../../../functions/contracts/order-request.ts';
import type { GroupLedger, OrderLedger } from '../../../functions/ports/ledger.ts';
import type { DeadLetters, EventBus, OrderQueue } from '../../../functions/ports/messaging.ts';
import type { OrderStore } from '../../../functions/ports/orders.ts';
import type { ProductReader, ProductWriter } from '../../../functions/ports/products.ts';
import type { StockLevels, StockSupply } from '../../../functions/ports/stock.ts';
import type { GroupViews, SalesViews } from '../../../functions/ports/views.ts';
import type { Stores } from '../../sale/check/snapshot.ts';
import type { CallMaker } from './calls.ts';
import type { Witness } from './witness.ts';

/** What a cloud's stores and channels are made from. */
export interface World {
  readonly calls: CallMaker;
  readonly witness: Witness;
  /** Where the order queue keeps its messages. */
  readonly enqueue: (body: string) => void;
  /** Where the fulfilment queue keeps its messages, if there is a partner. */
  readonly postpone?: (body: string, delayMs: number) => void;
  readonly bury: (body: string, reason: DeadLetterReason) => void;
  readonly published: (event: OrderEvent) => void;
  /** A change of a row that a stream carries, by item. */
  readonly changed: (item: string, image: unknown) => void;
  /** What the holder of a lease wrote down, if there is one. */
  readonly noted?: (text: string) => void;
}

export interface Ports {
  readonly orders: OrderStore;
  readonly ledger: OrderLedger;
  readonly products: ProductReader & ProductWriter;
  readonly stock: StockLevels & StockSupply;
  readonly views: SalesViews;
  readonly queue: OrderQueue;
  readonly dead: DeadLetters;
  readonly bus: EventBus;
}

/** The stores of one cloud, with its protocol of settlement. */
export interface Platform {
  readonly ports: Ports;
  /** The same ledger, where it can decide many orders at once. */
  readonly groups?: GroupLedger;
  /** The same views, where they can count many orders at once. */
  readonly groupViews?: GroupViews;
  /** The event that a change carries. */
  eventOf(image: unknown): OrderEvent | undefined;
  /** All that the stores hold. */
  dump(): unknown;
  snapshot(): Stores;
  /** What the cloud's timer does for a product, where it has one. */
  sweep?(sku: string, hand: (event: OrderEvent) => Promise<void>): Promise<void>;
}
