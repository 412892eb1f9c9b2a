import type { OrderEvent } from '../contracts/order-event.ts';
import type { Order } from '../domain/order.ts';

export interface Transition {
  readonly before: Order;
  readonly after: Order;
  readonly event: OrderEvent;
}

/**
 * - `committed`: order, event and stock were written together.
 * - `stale`: the stored order no longer equals `before`; another process changed it.
 * - `insufficient stock`: a shard holds too little.
 * - `limit reached`: with this order the customer would hold more of the product than the order's limit.
 * - `conflict`: undecided (overlapping transactions, throttling); the call may be repeated.
 *
 * Unless committed, nothing changed.
 */
export type CommitOutcome = 'committed' | 'stale' | 'insufficient stock' | 'limit reached' | 'conflict';

export interface OrderLedger {
  /** One transaction over the order row, the event row, the affected stock shards and the customer's holding. */
  commit(transition: Transition): Promise<CommitOutcome>;
}

/** Why nothing of a group was written; each names the orders to leave out. The others may be tried together again. */
export interface Refused {
  /** Ids of orders that no longer equal their `before`. */
  readonly stale: ReadonlySet<string>;
  /** Ids of orders with which their customers would hold more than the orders' limits. */
  readonly overLimit: ReadonlySet<string>;
  /** A shard holds too little for the group. */
  readonly isShort: boolean;
}

export type GroupOutcome = 'committed' | 'conflict' | Refused;

/** A ledger that can commit many orders with one write of a hot shard. */
export interface GroupLedger extends OrderLedger {
  /** Maximum confirmations in one transaction. Orders under a limit also write their customer's holding. */
  maxPerTransaction(limited: boolean): number;
  /** Maximum rejections in one transaction; they touch no stock. */
  readonly maxRejections: number;
  /** Confirms orders from the same shards of one product, or rejects orders, in one transaction: all of them or none. */
  commitTogether(transitions: readonly Transition[]): Promise<GroupOutcome>;
}
