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

export type GroupOutcome = 'committed' | 'not batched' | 'conflict' | OverLimit;

export interface OverLimit {
  readonly overLimit: ReadonlySet<string>;
}

/** A ledger that can commit many orders with one write of a hot shard. */
export interface GroupLedger extends OrderLedger {
  /** Maximum transitions in one transaction. Orders under a limit also write their customer's holding. */
  maxPerTransaction(limited: boolean): number;
  /**
   * Confirms orders from one shard of one product in one transaction. Unless committed, nothing was written:
   *
   * - `overLimit`: these orders, by id, exceed their customers' limits; the others may be tried together again.
   * - `not batched`: another condition failed, and each must be tried on its own.
   */
  commitTogether(transitions: readonly Transition[]): Promise<GroupOutcome>;
}
