import { orderRow } from '../../../functions/contracts/rows.ts';
import type { Order } from '../../../functions/domain/order.ts';
import { keptRows } from '../../sale/check/retention.ts';
import type { BookEntry } from '../../sale/check/snapshot.ts';
import { type ExpiredOrders, splitExpired } from './expired-units.ts';
import { followBook } from './follow-book.ts';
import { mendOrders } from './mend-orders.ts';
import { countLeft, mendCatalog, mendStock, mendSupplies } from './mend-stock.ts';
import type { Difference, Row, Rows } from './rows.ts';

export interface Sources {
  /** Rows as restored, or as stored if the table is not damaged. */
  readonly orders: readonly Row[];
  readonly stock: readonly Row[];
  readonly catalog: readonly Row[];
  /** Row images in the streams: the writes since the backup. */
  readonly images: { readonly orders: readonly Row[]; readonly catalog: readonly Row[] };
  /** Undefined: the partner was not asked. */
  readonly book: readonly BookEntry[] | undefined;
  /** Name and time of the run, the same at every repetition. */
  readonly run: string;
  readonly at: string;
  /** Undefined: no row of an order ever expires. */
  readonly expired?: ExpiredOrders | undefined;
}

export interface Reconciled {
  readonly wanted: { readonly orders: Rows; readonly stock: Rows; readonly catalog: Rows };
  /** Number of rows recovered from the stream. */
  readonly replayed: number;
  readonly differences: readonly Difference[];
}

/**
 * The required content of the three tables. Each has its source of truth: an order's events, the partner's decisions,
 * the supplies. The stock levels follow from these, and the views are rebuilt from the events.
 */
export function reconcile({ orders, stock, catalog, images, book, run, at, expired }: Sources): Reconciled {
  const retention = expired?.retention;
  const mended = mendOrders(keptRows(orders, retention), keptRows(images.orders, retention), retention);
  const supplies = mendSupplies(stock, mendCatalog(catalog, images.catalog), run, at);
  const present = readOrders(mended.rows);
  const gone = splitExpired(expired, supplies, present);
  const left = countLeft(supplies, present, gone);
  const decided = book ? followBook(mended.rows, withoutExpired(book, present, expired), left, { at, retention }) : [];
  const final = readOrders(mended.rows);
  const levels = mendStock(supplies, final, gone);
  const orphans = [...new Set(final.map(({ sku }) => sku))].filter((sku) => !supplies.products.has(sku));
  return {
    wanted: { orders: mended.rows, stock: levels.stock, catalog: supplies.catalog },
    replayed: mended.replayed,
    differences: [
      ...mended.differences,
      ...supplies.differences,
      ...gone.differences,
      ...decided,
      ...levels.differences,
      ...orphans.map((sku) => ({ row: `PRODUCT#${sku}`, reason: 'has orders, but no product', mended: false })),
    ],
  };
}

/** The partner keeps its decisions. Those about no present order are of expired ones, if these own as many units. */
function withoutExpired(book: readonly BookEntry[], present: readonly Order[], expired: ExpiredOrders | undefined) {
  if (!expired) return book;
  const known = new Set(present.map(({ orderId }) => orderId));
  const isUnknown = ({ orderId }: BookEntry) => !known.has(orderId);
  const sold = new Map<string, number>();
  for (const { sku, quantity } of book.filter((entry) => isUnknown(entry) && entry.state === 'accepted'))
    sold.set(sku, (sold.get(sku) ?? 0) + quantity);
  return book.filter((entry) => !isUnknown(entry) || (sold.get(entry.sku) ?? 0) > (expired.units.get(entry.sku) ?? 0));
}

export function readOrders(rows: Rows): Order[] {
  return [...rows.values()].flatMap((row) => {
    const parsed = row.sk === 'ORDER' ? orderRow.safeParse(row) : undefined;
    if (!parsed?.success) return [];
    const { requestHash: _, ...order } = parsed.data;
    return [order];
  });
}
