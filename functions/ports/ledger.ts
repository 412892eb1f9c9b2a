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
 * - `conflict`: undecided (overlapping transactions, throttling); the call may be repeated.
 *
 * Unless committed, nothing changed.
 */
export type CommitOutcome = 'committed' | 'stale' | 'insufficient stock' | 'conflict';

export interface OrderLedger {
  /** One transaction over the order row, the event row and the affected stock shards. */
  commit(transition: Transition): Promise<CommitOutcome>;
}

/** A ledger that can commit many orders with one write of a hot shard. */
export interface GroupLedger extends OrderLedger {
  /** Maximum transitions in one transaction. */
  readonly maxPerTransaction: number;
  /**
   * Confirms orders from one shard of one product in one transaction. `not batched` when any condition failed: then
   * nothing was written, and each must be tried on its own.
   */
  commitTogether(transitions: readonly Transition[]): Promise<'committed' | 'not batched' | 'conflict'>;
}
