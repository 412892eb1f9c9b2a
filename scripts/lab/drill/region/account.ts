import type { BookEntry, Snapshot, StoredOrder } from '../../../sale/check/snapshot.ts';

/** An order that the lost region answered with 202. */
export interface AcceptedThere {
  readonly orderId: string;
  readonly acceptedAt: string;
}

/** Records that remain after the loss of a region: replicas, the survivor's stores, the partner's book, the answers. */
export interface Remains {
  readonly lost: string;
  readonly accepted: readonly AcceptedThere[];
  /** Copies of the lost region's orders. */
  readonly replica: readonly StoredOrder[];
  readonly survivor: Pick<Snapshot, 'orders' | 'transfers' | 'products'>;
  /** Whether the lost region was the home region, which receives all supplies. */
  readonly wasHome: boolean;
  readonly book: readonly BookEntry[];
}

export interface Account {
  /** Accepted orders missing from the replica: their rows were lost with the region. */
  readonly gone: readonly AcceptedThere[];
  /** Missing orders that the survivor accepted anew when the customer retried with the same key. */
  readonly madeAgain: ReadonlySet<string>;
  /** Non-final orders in the replica; no worker processes them. */
  readonly unfinished: readonly StoredOrder[];
  /** Missing or unfinished orders that the partner has accepted. */
  readonly shipped: ReadonlySet<string>;
  readonly finished: number;
  /** Orders that are live in both regions. */
  readonly doubled: readonly string[];
  readonly stock: readonly StrandedStock[];
}

/** Units of one product that only the lost region could sell. */
export interface StrandedStock {
  readonly sku: string;
  /** Units that the lost region received minus units that it lent, from supplies and transfers. */
  readonly had: number;
  /** Units that it sold, from the replica and the partner's book. */
  readonly sold: number;
}

const dead = new Set(['REJECTED', 'CANCELLED']);
const final = new Set([...dead, 'FULFILLED']);

export function accountForLoss(remains: Remains): Account {
  const { accepted, replica, survivor, book } = remains;
  const rows = new Map(replica.map((order) => [order.orderId, order]));
  const own = new Map(survivor.orders.map((order) => [order.orderId, order]));
  const gone = accepted.filter(({ orderId }) => !rows.has(orderId));
  const taken = new Set(book.filter(({ state }) => state === 'accepted').map(({ orderId }) => orderId));
  const unfinished = replica.filter(({ state }) => !final.has(state));
  const isLive = (order: StoredOrder | undefined) => order !== undefined && !dead.has(order.state);
  return {
    gone,
    madeAgain: new Set(gone.map(({ orderId }) => orderId).filter((orderId) => own.has(orderId))),
    unfinished,
    shipped: new Set([...gone, ...unfinished].map(({ orderId }) => orderId).filter((orderId) => taken.has(orderId))),
    finished: replica.length - unfinished.length,
    doubled: [...rows.keys()].filter((orderId) => isLive(rows.get(orderId)) && isLive(own.get(orderId))),
    stock: survivor.products.map(({ sku }) => ({ sku, had: unitsOfLost(remains, sku), sold: soldThere(remains, sku) })),
  };
}

/** Computed from the survivor's rows, which record both ends of each transfer. */
function unitsOfLost({ lost, survivor, wasHome }: Remains, sku: string): number {
  const { sent = [], received = [] } = survivor.transfers ?? {};
  const sum = (rows: readonly { sku: string; quantity: number }[]) =>
    rows.filter((row) => row.sku === sku).reduce((units, { quantity }) => units + quantity, 0);
  const supplied = wasHome ? (survivor.products.find((product) => product.sku === sku)?.supplied ?? 0) : 0;
  return supplied + sum(sent.filter(({ to }) => to === lost)) - sum(received.filter(({ from }) => from === lost));
}

/** Counts orders in the replica that own units or were shipped, and shipped orders that no store has. */
function soldThere({ replica, survivor, book }: Remains, sku: string): number {
  const known = new Set([...replica, ...survivor.orders].map(({ orderId }) => orderId));
  const taken = book.filter(({ state }) => state === 'accepted').map((entry) => [entry.orderId, entry] as const);
  const shipped = new Map(taken);
  const owners = replica.filter(
    ({ orderId, state }) => shipped.has(orderId) || (state !== 'PENDING' && !dead.has(state)),
  );
  const unknown = [...shipped.values()].filter(({ orderId }) => !known.has(orderId));
  return [...owners, ...unknown].filter((one) => one.sku === sku).reduce((units, { quantity }) => units + quantity, 0);
}
