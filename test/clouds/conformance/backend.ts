import type { OrderEvent } from '../../../functions/contracts/order-event.ts';
import type { RightsStore } from '../../../functions/escrow/ports.ts';
import type { BreakerStore } from '../../../functions/ports/breaker.ts';
import type { FencedNotes, LeaseStore } from '../../../functions/ports/lease.ts';
import type { GroupLedger, OrderLedger } from '../../../functions/ports/ledger.ts';
import type { DeadLetters, EventBus, OrderQueue } from '../../../functions/ports/messaging.ts';
import type { OpenOrders } from '../../../functions/ports/open-orders.ts';
import type { OrderStore } from '../../../functions/ports/orders.ts';
import type { FulfilmentQueue } from '../../../functions/ports/partner.ts';
import type { ProductReader, ProductWriter } from '../../../functions/ports/products.ts';
import type { StockLevels, StockSupply } from '../../../functions/ports/stock.ts';
import type { Lender, TransferReceiver } from '../../../functions/ports/transfers.ts';
import type { GroupViews, SalesReader, SalesViews } from '../../../functions/ports/views.ts';
import type { DeadLetterQueue, Destination } from '../../../scripts/operations/redrive/ports.ts';

/** A cloud's adapters, as its entries combine them. */
export interface CloudPorts {
  readonly orders: OrderStore;
  readonly ledger: OrderLedger;
  /** The same ledger, where it settles many orders at once. */
  readonly groupLedger?: GroupLedger;
  /** Reads are consistent. */
  readonly products: ProductReader & ProductWriter;
  readonly stock: StockLevels & StockSupply;
  readonly views: SalesViews;
  /** The same views, where they count many orders at once. */
  readonly groupViews?: GroupViews;
  readonly sales: SalesReader;
  readonly queue: OrderQueue;
  readonly deadLetters: DeadLetters;
  readonly bus: EventBus;
  readonly open: OpenOrders;
  /** A site's stock rights, where the cloud has such a store. */
  readonly rights?: RightsStore;
  /** Both ends of a transfer between regions, where the cloud has regions. */
  readonly transfers?: { readonly lender: Lender; readonly receiver: TransferReceiver };
  readonly fulfilments: FulfilmentQueue;
  readonly breakers: BreakerStore;
  readonly leases: LeaseStore;
  readonly notes: FencedNotes;
}

/** A message of the order queue that a consumer holds. */
export interface Received {
  readonly body: string;
  /** 1 on the first delivery. */
  readonly delivery: number;
  /** Takes it off the queue. */
  done(): Promise<void>;
}

/** A dead-letter queue, and the queue that it is redriven to. */
export interface RedrivableQueue {
  readonly queue: DeadLetterQueue;
  readonly destination: Destination;
}

/** Stores, queue and stream of one cloud, empty at the start. The suite runs on them. */
export interface Backend {
  readonly ports: CloudPorts;
  /** Deliveries of a message before the cloud gives up on it. */
  readonly maxDeliveries: number;
  /** Receives the visible messages of the order queue, and hides them from other consumers for this long. */
  receive(visibilityTimeoutSeconds: number): Promise<readonly Received[]>;
  /**
   * Processes the order queue as the cloud's trigger does: a message that `work` rejects is redelivered, and
   * dead-lettered after `maxDeliveries`. Returns when the queue is empty.
   */
  deliver(work: (body: string) => Promise<void>): Promise<void>;
  /** Bodies of the dead letters: messages given up on, or put there by the port. */
  deadLetterBodies(): Promise<readonly string[]>;
  /** Takes the requests that are visible by now off the fulfilment queue. */
  dueFulfilments(): Promise<readonly string[]>;
  /**
   * Hands over the pending events of a product, as the cloud's stream does. The next call repeats an event that `hand`
   * rejects.
   */
  drain(sku: string, hand: (event: OrderEvent) => Promise<void>): Promise<void>;
  /** Runs some work while the store rejects every write as too busy. */
  whileBusy?<Result>(work: () => Promise<Result>): Promise<Result>;
  /** The dead letters of the order queue and their redrive, as in `npm run redrive`. */
  readonly redrivable?: RedrivableQueue;
  close(): Promise<void>;
}

/** Parts of the suite that not every backend has. */
export type Part =
  | 'orders settled together'
  | 'orders counted together'
  | 'stock rights of a site'
  | 'units between regions'
  | 'a store that is too busy'
  | 'redrive';

export interface BackendOffer {
  readonly name: string;
  /** Reasons by part of the suite that does not run on this backend. Each is reported as a skipped test. */
  readonly leavesOut: Readonly<Partial<Record<Part, string>>>;
  /** The engine on this machine, or why it cannot run here. */
  find(): { readonly engine: string } | { readonly lack: string };
  open(): Promise<Backend>;
}
