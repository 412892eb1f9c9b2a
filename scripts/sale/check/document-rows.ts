import { eventRow, holdingRow, orderRow, productRow, stockRow, supplyRow } from '../../../functions/contracts/rows.ts';
import { countedOrder, salesRow } from '../../../functions/contracts/view.ts';
import { spellCustomer } from './rules.ts';
import type { OpenEntry, SalesRow, StockShard, Stores } from './snapshot.ts';
import { type RawRow, Strays } from './strays.ts';

/** The Firestore collections that the checker reads. */
export const collections = [
  'orders',
  'events',
  'stock',
  'supplies',
  'holdings',
  'catalog',
  'counted',
  'salesTotals',
  'salesMinutes',
] as const;
export type Collection = (typeof collections)[number];

/** A document: its id, and its fields. */
export interface Document {
  readonly id: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Parses the documents of all collections. Unknown or misplaced documents become strays. */
export function snapshotOfDocuments(read: (collection: Collection) => readonly Document[]): Stores {
  const strays = new Strays();
  const orders = read('orders');
  const parse = <Name extends Collection>(name: Name) => read(name).map((one) => toRow(name, one));
  return {
    products: strays.parse(parse('catalog'), productRow, ({ sku }) => `catalog/${sku}`),
    orders: strays.parse(orders.map((one) => toRow('orders', one)).filter(isPlaced(strays)), orderRow, orderPath),
    open: orders.flatMap(parseOpen),
    events: strays.parse(parse('events'), eventRow, ({ order }) => `events/${order.orderId}#${order.version}`),
    shards: read('stock').flatMap((one) => parseShard(one, strays)),
    holdings: strays.parse(
      parse('holdings'),
      holdingRow,
      ({ sku, customer }) => `holdings/${sku}#${spellCustomer(customer)}`,
    ),
    supplies: strays.parse(parse('supplies'), supplyRow, ({ sku, key }) => `supplies/${sku}#${key}`),
    counted: strays.parse(parse('counted'), countedOrder, ({ orderId }) => `counted/${orderId}`),
    sales: [
      ...read('salesTotals').flatMap((one) => parseCounters('salesTotals', one, strays)),
      ...read('salesMinutes').flatMap((one) => parseCounters('salesMinutes', one, strays)),
    ],
    strays: strays.all,
  };
}

const orderPath = ({ orderId }: { readonly orderId: string }) => `orders/${orderId}`;

function toRow(collection: Collection, { id, fields }: Document): RawRow {
  return { row: `${collection}/${id}`, content: fields };
}

/** The lists of orders are sorted by `position`, which holds time and id. */
function isPlaced(strays: Strays) {
  return (row: RawRow) => {
    const { position, acceptedAt, orderId } = row.content as Record<string, unknown>;
    if (position !== `${acceptedAt}#${orderId}`) strays.add(row, `has the position ${position} in the lists`);
    return true;
  };
}

/** The index holds each document that has the field `open`. */
function parseOpen({ id, fields: { open, acceptedAt } }: Document): OpenEntry[] {
  return open === undefined ? [] : [{ bucket: Number(open), orderId: id, acceptedAt: String(acceptedAt) }];
}

function parseShard(document: Document, strays: Strays): StockShard[] {
  const row = toRow('stock', document);
  const [, sku, shard] = /^([^#]+)#(0|[1-9]\d*)$/.exec(document.id) ?? [];
  if (sku === undefined) strays.add(row, 'names no shard');
  const level = strays.parseOne(row, stockRow, () => row.row);
  return sku !== undefined && level ? [{ sku, shard: Number(shard), ...level }] : [];
}

const counterIds = { salesTotals: /^([^#]+)#([0-7])$/, salesMinutes: /^([^#]+)#([0-7])#([-\d]+T[:\d]+)$/ };

function parseCounters(collection: keyof typeof counterIds, document: Document, strays: Strays): SalesRow[] {
  const row = toRow(collection, document);
  const [, sku, slot, period = 'TOTAL'] = counterIds[collection].exec(document.id) ?? [];
  if (sku === undefined) strays.add(row, 'names no counter');
  const sales = strays.parseOne(row, salesRow, () => row.row);
  if (sku === undefined || !sales) return [];
  const expiresAt = period === 'TOTAL' ? undefined : toEpochSeconds(document.fields.expiresAt);
  return [{ sku, slot: Number(slot), period, ...sales, ...(expiresAt !== undefined && { expiresAt }) }];
}

/** NaN for a value that is not a time. */
function toEpochSeconds(value: unknown): number {
  if (typeof value === 'string') return Date.parse(value) / 1_000;
  return Number((value as { seconds?: unknown } | undefined)?.seconds);
}
