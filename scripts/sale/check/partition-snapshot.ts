import * as z from 'zod';
import { orderRow, outboxRow, stockRow, supplyRow } from '../../../functions/adapters/single-partition/rows.ts';
import type { Row } from '../../../functions/adapters/single-partition/store.ts';
import * as grammar from '../../../functions/contracts/grammar.ts';
import { holdingRow, productRow } from '../../../functions/contracts/rows.ts';
import { countedOrder, salesRow } from '../../../functions/contracts/view.ts';
import { checkDecisions } from './partition-decisions.ts';
import { findMoves } from './partition-transfers.ts';
import { holdingShardOf, slotOf, spellCustomer } from './rules.ts';
import type { ListEntry, SalesRow, StockShard, Stores } from './snapshot.ts';
import { type RawRow, Strays } from './strays.ts';

export interface PartitionRow extends Pick<Row, 'row' | 'value'> {
  readonly partition: string;
}

/**
 * Kinds of rows, by the first word of the partition key and of the row key; one word where the partition has one kind.
 */
const kinds = [
  'ORDER ORDER',
  'CUSTOMER',
  'OPENORDER',
  'STOCK STOCK',
  'STOCK DECISION',
  'STOCK OUTBOX',
  'STOCK EVENT',
  'STOCK SUPPLY',
  'STOCK TRANSFER',
  'STOCK HOLDING',
  'PRODUCT PRODUCT',
  'PRODUCT SUPPLY',
  'PRODUCT OPEN',
  'CATALOG',
  'VIEW COUNTED',
  'VIEW TOTAL',
  'VIEW MINUTE',
] as const;
type RowKind = (typeof kinds)[number];
type RowsOf = (kind: RowKind) => readonly RawRow[];

/** Leases, breakers and stock rights are not part of a sale. */
const otherPartitions = new Set(['COORDINATION', 'RIGHTS']);

/** Parses all rows of a single-partition store. Unknown or misplaced rows become strays. */
export function toStores(rows: readonly PartitionRow[]): Stores {
  const strays = new Strays();
  const byKind = Map.groupBy(rows, ({ partition, row }) => kindOf(partition, row));
  const of: RowsOf = (kind) => (byKind.get(kind) ?? []).map(toRaw);
  for (const [kind, unknown] of byKind)
    if (!isKnown(kind)) for (const row of unknown) strays.add(toRaw(row), 'is of an unknown kind');

  const products = strays.parse(of('PRODUCT PRODUCT'), productRow, ({ sku }) => `PRODUCT|${sku} PRODUCT`);
  const orders = strays.parse(of('ORDER ORDER'), orderRow, ({ order }) => `ORDER|${order.orderId} ORDER`);
  const supplies = strays.parse(of('PRODUCT SUPPLY'), supplyRow, ({ sku, key }) => `PRODUCT|${sku} SUPPLY|${key}`);
  checkDecisions(of('STOCK DECISION'), orders, strays);
  checkCatalog(of, products, supplies, strays);
  const shardCounts = new Map(products.map(({ sku, shardCount }) => [sku, shardCount]));
  const arrivals = { supplied: of('STOCK SUPPLY'), transfers: of('STOCK TRANSFER'), stock: of('STOCK STOCK') };
  const moves = findMoves(arrivals, supplies, strays);
  return {
    products,
    orders: orders.map(({ order, requestHash }) => ({ ...order, requestHash })),
    events: [...parseEvents('OUTBOX', of('STOCK OUTBOX'), strays), ...parseEvents('EVENT', of('STOCK EVENT'), strays)],
    shards: of('STOCK STOCK').flatMap((row) => parseShard(row, moves, strays)),
    holdings: strays.parse(of('STOCK HOLDING'), holdingRow, ({ sku, customer }) => {
      const shard = holdingShardOf(customer, shardCounts.get(sku) ?? 0);
      return `STOCK|${sku}|${shard} HOLDING|${spellCustomer(customer)}`;
    }),
    supplies: supplies.map(({ parts: _, ...supply }) => supply),
    counted: strays.parse(of('VIEW COUNTED'), countedOrder, guardKey),
    sales: [...of('VIEW TOTAL'), ...of('VIEW MINUTE')].flatMap((row) => parseCounters(row, strays)),
    open: of('OPENORDER').flatMap((row) => parseOpen(row, strays)),
    listed: of('CUSTOMER').flatMap((row) => parseListed(row, strays)),
    strays: strays.all,
  };
}

const guardKey = ({ orderId }: { readonly orderId: string }) => `VIEW|${slotOf(orderId)} COUNTED|${orderId}`;

function kindOf(partition: string, row: string): string {
  const [kind = ''] = partition.split('|');
  return isKnown(kind) ? kind : `${kind} ${row.split('|')[0]}`;
}

function isKnown(kind: string): boolean {
  return otherPartitions.has(kind) || (kinds as readonly string[]).includes(kind);
}

function toRaw({ partition, row, value }: PartitionRow): RawRow {
  return { row: `${partition} ${row}`, content: value };
}

/** Relays and sweeps find a product's shards only through the catalog. */
function checkCatalog(
  of: RowsOf,
  products: readonly { readonly sku: string }[],
  supplies: readonly { readonly sku: string; readonly key: string }[],
  strays: Strays,
): void {
  const catalog = new Set(of('CATALOG').map(({ row }) => row));
  for (const product of products)
    if (!catalog.has(`CATALOG ${product.sku}`))
      strays.add({ row: `PRODUCT|${product.sku} PRODUCT`, content: product }, 'is missing in the catalog');
  const known = new Set(supplies.map(({ sku, key }) => `PRODUCT|${sku} OPEN|${key}`));
  for (const row of of('PRODUCT OPEN')) if (!known.has(row.row)) strays.add(row, 'marks a supply that does not exist');
}

/** Accepts events from any shard, because an order may change its shard while it is pending. */
function parseEvents(kind: 'OUTBOX' | 'EVENT', rows: readonly RawRow[], strays: Strays) {
  return strays.parse(rows, outboxRow, ({ order: { sku, orderId, version } }, row) => {
    const shard = /^STOCK\|[^|]+\|(\d+) /.exec(row)?.[1];
    return `STOCK|${sku}|${shard} ${kind}|${orderId}|${version}`;
  });
}

function parseShard(row: RawRow, moves: ReadonlyMap<string, number>, strays: Strays): StockShard[] {
  const [, sku, shard] = /^STOCK\|([^|]+)\|(0|[1-9]\d*) STOCK$/.exec(row.row) ?? [];
  if (sku === undefined) strays.add(row, 'names no shard');
  const level = strays.parseOne(row, stockRow, () => row.row);
  if (sku === undefined || !level) return [];
  const { left, allocated } = level;
  return [{ sku, shard: Number(shard), left, allocated, moved: moves.get(`${sku}|${shard}`) ?? 0 }];
}

function parseCounters(row: RawRow, strays: Strays): SalesRow[] {
  const [, slot, sku, period = 'TOTAL'] =
    /^VIEW\|([0-7]) (?:TOTAL\|([^|]+)|MINUTE\|([^|]+)\|([-\d]+T[:\d]+))$/.exec(row.row)?.filter(isFound) ?? [];
  if (sku === undefined) strays.add(row, 'names no counter');
  const sales = strays.parseOne(row, salesRow, () => row.row);
  return sku !== undefined && sales ? [{ sku, slot: Number(slot), period, ...sales }] : [];
}

const isFound = (group: string | undefined) => group !== undefined;

const openRow = z.object({ acceptedAt: grammar.timestamp, orderId: grammar.orderId });

function parseOpen(row: RawRow, strays: Strays) {
  const bucket = /^OPENORDER\|(\d+) /.exec(row.row)?.[1];
  const found = strays.parseOne(row, openRow, (entry) => `OPENORDER|${bucket} ${entry.acceptedAt}|${entry.orderId}`);
  return found ? [{ ...found, bucket: Number(bucket) }] : [];
}

const listedRow = z.object({ orderId: grammar.orderId });
/** Row keys count down in milliseconds, so that the newest order is first. */
const lastMs = 9_999_999_999_999;

function parseListed(row: RawRow, strays: Strays): ListEntry[] {
  const [, customer = '', before = ''] = /^CUSTOMER\|([^|]+) (\d{13})\|/.exec(row.row) ?? [];
  const found = strays.parseOne(row, listedRow, ({ orderId }) => `CUSTOMER|${customer} ${before}|${orderId}`);
  const acceptedAt = new Date(lastMs - Number(before)).toISOString();
  return found ? [{ customer: decodeCustomer(customer), ...found, acceptedAt }] : [];
}

/** Ids that are not safe in keys are stored as `~` and Base64. */
function decodeCustomer(text: string): string {
  return text.startsWith('~') ? Buffer.from(text.slice(1), 'base64url').toString() : text;
}
