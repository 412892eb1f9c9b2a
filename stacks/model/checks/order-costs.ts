/** Units of DynamoDB for each order, from its acceptance to its decision. */
export interface TableCost {
  readonly reads: number;
  readonly writes: number;
}

export interface OrderCost {
  readonly orders: TableCost;
  readonly stock: TableCost;
}

/** A transaction pays twice for each item. */
const inTransaction = 2;
/** The accepted row; then, in a transaction, its new state and the event. */
const ordersWrites = 1 + 2 * inTransaction;
/** Settlement's cheap read. */
const ordersReads = 0.5;
/** Orders that one transaction confirms from a shard. */
const mostTogether = 49;

/**
 * Maximum average cost of an order, if it is confirmed and if its product is sold out. `npm run bench -- calls` counts
 * the same by running settlement, and a test compares both.
 *
 * @param batch orders that settlement gets at once
 */
export function costsOfOrder(
  shards: number,
  batch: number,
): { readonly confirmed: OrderCost; readonly soldOut: OrderCost } {
  const transactions = Math.min(batch, shards * Math.ceil(batch / shards / mostTogether));
  const together = Math.min(batch / shards, mostTogether);
  return {
    confirmed: {
      orders: { reads: ordersReads, writes: ordersWrites },
      stock: { reads: 0, writes: (inTransaction * transactions) / batch },
    },
    soldOut: {
      // The orders of one shard are tried once in vain.
      orders: { reads: ordersReads, writes: ordersWrites + (2 * inTransaction * Math.max(1, together)) / batch },
      // One snapshot of all shards decides about the batch.
      stock: { reads: (inTransaction * shards) / batch, writes: inTransaction / batch },
    },
  };
}
