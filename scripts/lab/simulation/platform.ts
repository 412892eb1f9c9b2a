import type { OrderEvent } from '../../../functions/contracts/order-event.ts';
import type { DeadLetterReason } from '../../../functions/contracts/order-request.ts';
import type { GroupLedger, OrderLedger } from '../../../functions/ports/ledger.ts';
import type { DeadLetters, Envelope, EventBus, OrderQueue } from '../../../functions/ports/messaging.ts';
import type { OrderStore } from '../../../functions/ports/orders.ts';
import type { ProductReader, ProductWriter } from '../../../functions/ports/products.ts';
import type { StockLevels, StockSupply } from '../../../functions/ports/stock.ts';
import type { GroupViews, SalesReader, SalesViews } from '../../../functions/ports/views.ts';
import type { DeadLetterStep } from '../../sale/check/dead-letter.ts';
import type { Stores } from '../../sale/check/snapshot.ts';
import type { CallMaker } from './world/calls.ts';
import type { Witness } from './world/witness.ts';

/** Simulation hooks that a platform's stores and channels use. */
export interface World {
  readonly calls: CallMaker;
  readonly witness: Witness;
  /** Sends to the order queue. `sender` is the sending process, if the platform knows it. */
  readonly enqueue: (body: string, sender?: string) => void;
  /** Sends to the fulfilment queue; only with a partner. */
  readonly postpone?: (body: string, delayMs: number, sender: string) => void;
  /** Dead-letters a message that no retry can fix. `envelope` includes the reason, where messages have attributes. */
  readonly bury: (body: string, noted: DeadLetterReason, step: DeadLetterStep, envelope?: Envelope) => void;
  /** @param delayMs delay until the fulfilment queue shows the event */
  readonly published: (event: OrderEvent, delayMs?: number) => void;
  /**
   * Called when a process learns that an order needs no worker any more, or that the bus has the event
   * `orderId version`. Undefined after a failed call to the bus, when all events of the batch are redelivered.
   */
  readonly finished?: (process: string, subject: string | undefined) => void;
  /** Receives each message that a process sent; only with a sweeper. */
  readonly sent?: (body: string, sender: string) => void;
  /** Pushes a row change to the stream, by item. */
  readonly changed: (item: string, image: unknown) => void;
  /** Receives each row written to the views; only with an operator. */
  readonly viewed?: (row: Readonly<Record<string, unknown>>) => void;
  /** Receives the lease holder's notes; only with a sweeper. */
  readonly noted?: (text: string) => void;
}

export interface Ports {
  readonly orders: OrderStore;
  readonly ledger: OrderLedger;
  readonly products: ProductReader & ProductWriter;
  readonly stock: StockLevels & StockSupply;
  readonly views: SalesViews;
  readonly sales: SalesReader;
  readonly queue: OrderQueue;
  readonly dead: DeadLetters;
  readonly bus: EventBus;
}

/** Maximum age of answers in milliseconds; 0 where reads are strongly consistent. */
export interface Lags {
  /** Delay until an accepted order is in its customer's list. */
  readonly listLagMs: number;
  /** Delay until a list shows an order's new state. */
  readonly listedStateLagMs: number;
  /** Delay until orders are accepted with a product's new price. */
  readonly productLagMs: number;
  /** Maximum delay of a postponed request on its way to fulfilment. */
  readonly postponedLagMs: number;
}

/** One cloud's stores and settlement protocol. */
export interface Platform {
  readonly ports: Ports;
  readonly lags: Lags;
  /** The same ledger, if it can settle orders in groups, with its cheaper reads. */
  readonly groups?: { readonly ledger: GroupLedger; readonly glances: Pick<OrderStore, 'find'> };
  /** The same views, if they can count orders in groups. */
  readonly groupViews?: GroupViews;
  /** The event in a row image, if any. */
  eventOf(image: unknown): OrderEvent | undefined;
  /** A stored row, on platforms with DynamoDB's keys. */
  stored?(table: string, key: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> | undefined;
  /** Complete store contents. */
  dump(): unknown;
  snapshot(): Stores;
  /** The cloud's timer job for one product, if it has one. */
  sweep?(sku: string, hand: (event: OrderEvent) => Promise<void>): Promise<void>;
}
