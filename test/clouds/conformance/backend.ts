import type { OrderEvent } from '../../../functions/contracts/order-event.ts';
import type { RightsStore } from '../../../functions/escrow/ports.ts';
import type { BreakerStore } from '../../../functions/ports/breaker.ts';
import type { FencedNotes, LeaseStore } from '../../../functions/ports/lease.ts';
import type { OrderLedger } from '../../../functions/ports/ledger.ts';
import type { DeadLetters, EventBus, OrderQueue } from '../../../functions/ports/messaging.ts';
import type { OpenOrders } from '../../../functions/ports/open-orders.ts';
import type { OrderStore } from '../../../functions/ports/orders.ts';
import type { FulfilmentQueue } from '../../../functions/ports/partner.ts';
import type { ProductReader, ProductWriter } from '../../../functions/ports/products.ts';
import type { StockLevels, StockSupply } from '../../../functions/ports/stock.ts';
import type { GroupViews, SalesReader, SalesViews } from '../../../functions/ports/views.ts';

import type { DeadLetterQueue, Destination } from '../../../scripts/operations/redrive/ports.ts';

/** A cloud's adapters, as its entries put them together. */
export interface CloudPorts {
  readonly orders: OrderStore;
  readonly ledger: OrderLedger;
  /** The reader is the consistent one. */
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
  readonly fulfilments: FulfilmentQueue;
  readonly breakers: BreakerStore;
  readonly leases: LeaseStore;
  readonly notes: FencedNotes;
}

/** A message of the order queue that a consumer holds. */
export interface Received {
  readonly body: string;
  /** 1 when nobody has had it before. */
  readonly delivery: number;
  /** Takes it off the queue. */
  done(): Promise<void>;
}

/** A queue of dead letters, and where they go back to. */
export interface RedrivableQueue {
  readonly queue: DeadLetterQueue;
  readonly destination: Destination;
}

/** Stores, queue and stream of one cloud, empty at the start: what the suite is run on. */
export interface Backend {
  readonly ports: CloudPorts;
  /** How often a message is delivered before the cloud gives it up. */
  readonly maxDeliveries: number;
  /** What waits in the order queue; nobody else gets it for so long. */
  receive(hideForSeconds: number): Promise<readonly Received[]>;
  /**
   * Works the order queue off as the cloud's trigger does: what `work` throws on comes again, and lies among the dead
   * letters after `maxDeliveries`. Returns when the queue is empty.
   */
  deliver(work: (body: string) => Promise<void>): Promise<void>;
  /** Bodies of what was given up, or put there by the port. */
  deadLetterBodies(): Promise<readonly string[]>;
  /** Takes the requests of the fulfilment queue that may be seen by now. */
  dueFulfilments(): Promise<readonly string[]>;
  /**
   * Hands over the events of a product that nobody has taken yet, as the cloud's stream does; one that `hand` throws on
   * comes again with the next call.
   */
  drain(sku: string, hand: (event: OrderEvent) => Promise<void>): Promise<void>;
  /** Does some work while the store answers every write that it is too busy. */
  whileBusy?<Result>(work: () => Promise<Result>): Promise<Result>;
  /** The dead letters of the order queue, and the way back, as `npm run redrive` has them. */
  readonly redrivable?: RedrivableQueue;
  close(): Promise<void>;
}

export interface BackendOffer {
  readonly name: string;
  /** Whether its ports have stock rights. */
  readonly keepsRights?: true;
  /** Whether its views count many orders at once. */
  readonly countsTogether?: true;
  /** Whether its ports have the list of the open orders. */
  readonly listsOpenOrders?: true;
  /** What stands behind it on this machine, or why it cannot run here. */
  find(): { readonly engine: string } | { readonly lack: string };
  open(): Promise<Backend>;
}
