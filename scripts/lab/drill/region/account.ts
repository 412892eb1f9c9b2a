import type { BookEntry, Snapshot, StoredOrder } from '../../../sale/check/snapshot.ts';

/** An order that the lost region answered with 202. */
export interface AcceptedThere {
  readonly orderId: string;
  readonly acceptedAt: string;
}

/** What is known after the loss of a region: its replicas, the other region's stores, the partner's book, the answers. */
export interface Remains {
  readonly lost: string;
  readonly accepted: readonly AcceptedThere[];
  /** Copies of the lost region's orders. */
  readonly replica: readonly StoredOrder[];
  readonly survivor: Pick<Snapshot, 'orders' | 'transfers' | 'products'>;
  /** Whether the lost region had received the supplies. */
  readonly wasHome: boolean;
  readonly book: readonly BookEntry[];
}

export interface Account {
  /** Accepted, and not in the replica: the row was lost with its region. */
  readonly gone: readonly AcceptedThere[];
  /** Those that the survivor made again when the customer repeated the request with the same key. */
  readonly madeAgain: ReadonlySet<string>;
  /** In the replica, and nobody works on them. */
  readonly unfinished: readonly StoredOrder[];
  /** What the partner has accepted of any of these. */
  readonly shipped: ReadonlySet<string>;
  readonly finished: number;
  /** In both regions, and live in both. */
  readonly doubled: readonly string[];
  readonly stock: readonly StrandedStock[];
}

/** Units of one product that only the lost region could sell. */
export interface StrandedStock {
  readonly sku: string;
  /** Units that came to the lost region, minus those that it gave away: supplies and transfers say so. */
  readonly had: number;
  /** Units that it sold: the replica and the partner say so. */
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

/** The survivor's rows name each transfer: what it sent has left it, and what it received had left the lost region. */
function unitsOfLost({ lost, survivor, wasHome }: Remains, sku: string): number {
  const { sent = [], received = [] } = survivor.transfers ?? {};
  const sum = (rows: readonly { sku: string; quantity: number }[]) =>
    rows.filter((row) => row.sku === sku).reduce((units, { quantity }) => units + quantity, 0);
  const supplied = wasHome ? (survivor.products.find((product) => product.sku === sku)?.supplied ?? 0) : 0;
  return supplied + sum(sent.filter(({ to }) => to === lost)) - sum(received.filter(({ from }) => from === lost));
}

/** Orders in the replica that own units or that the partner has, and orders of the partner that no store knows. */
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
