import type { Order } from '../domain/order.ts';

export type Created =
  | { readonly created: true }
  | {
      readonly created: false;
      readonly existing: StoredOrder;
      /** Another region took the order, and settles it. */
      readonly elsewhere?: true;
    };

/** The order row is also the idempotency record: the hash identifies the request that created it. */
export interface StoredOrder {
  readonly order: Order;
  /** SHA-256 of the request, hex. */
  readonly requestHash: string;
}

/** Last order of a page; the next page begins after it. */
export interface OrderPosition {
  readonly acceptedAt: string;
  readonly orderId: string;
}

export interface OrderStore {
  /** Stores the row only if the id is new; otherwise returns the existing row. */
  create(stored: StoredOrder): Promise<Created>;
  /** Strongly consistent: a customer reads what was just written. */
  find(orderId: string): Promise<Order | undefined>;
  /** Newest first; eventually consistent. */
  listByCustomer(
    customer: string,
    limit: number,
    after?: OrderPosition,
  ): Promise<{ readonly orders: readonly Order[]; readonly next?: OrderPosition }>;
}

/** Orders that another region writes, as far as they were replicated. */
export interface OrderReplica extends Pick<OrderStore, 'listByCustomer'> {
  /** As far as it was replicated; never older than an earlier result. */
  findStored(orderId: string): Promise<StoredOrder | undefined>;
}
