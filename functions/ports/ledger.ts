import type { OrderEvent } from '../contracts/order-event.ts';
import type { Order } from '../domain/order.ts';

export interface Transition {
  readonly before: Order;
  readonly after: Order;
  readonly event: OrderEvent;
}

/**
 * - `committed`: the order moved, its event is stored and the stock followed, all at once.
 * - `stale`: the order is not what `before` says any more; somebody else moved it.
 * - `short`: a shard holds too little.
 * - `conflict`: nothing was decided (overlapping transactions, throttling); the same call may be made again.
 *
 * Unless committed, nothing changed.
 */
export type CommitOutcome = 'committed' | 'stale' | 'insufficient stock' | 'conflict';

export interface OrderLedger {
  /** One transaction over the order row, the event row and the stock shards that the transition moves. */
  commit(transition: Transition): Promise<CommitOutcome>;
}

/** A ledger that can decide many orders at once: one write of a hot shard instead of one for each of them. */
export interface GroupLedger extends OrderLedger {
  /** How many transitions one transaction has room for. */
  readonly maxPerTransaction: number;
  /**
   * All of them in one transaction: confirmations that take from one shard of one product. `apart` when the condition of
   * any of them failed: then none is decided, and each has to be tried by itself.
   */
  commitTogether(transitions: readonly Transition[]): Promise<'committed' | 'not batched' | 'conflict'>;
}
