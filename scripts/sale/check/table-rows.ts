import * as z from 'zod';
import {
  eventRow,
  holdingRow,
  orderRow,
  productRow,
  stockRow,
  supplyRow,
  transferRow,
  transitRow,
} from '../../../functions/contracts/rows.ts';
import { countedOrder, salesRow } from '../../../functions/contracts/view.ts';
import { liveRows } from './generations.ts';
import { keptRows, type Retention } from './retention.ts';
import type { OpenEntry, OpenTransfer, SalesRow, StockShard, Stores } from './snapshot.ts';
import { type RawRow, Strays } from './strays.ts';

export type TableRow = Readonly<Record<string, unknown>>;

export interface TableRows {
  readonly orderRows: readonly TableRow[];
  readonly stockRows: readonly TableRow[];
  readonly products: readonly TableRow[];
  readonly viewRows: readonly TableRow[];
}

/**
 * Parses the rows of the four DynamoDB tables. Unknown or misplaced rows become strays.
 *
 * @param retention undefined: no row of an order ever expires
 */
export function readRows(tables: TableRows, retention?: Retention): Stores {
  const strays = new Strays();
  return {
    ...(retention && { retention }),
    ...parseOrders(keptRows(tables.orderRows, retention), strays),
    ...parseStock(tables.stockRows, strays),
    products: strays.parse(tables.products.map(named), productRow, ({ sku }) => `PRODUCT#${sku}`),
    ...parseViews(keptRows(liveRows(tables.viewRows), retention), strays),
    strays: strays.all,
  };
}

const expiringOrder = orderRow.extend({ expiresAt: z.int().optional() });

function parseOrders(rows: readonly TableRow[], strays: Strays): Pick<Stores, 'orders' | 'events' | 'open'> {
  const kinds = Map.groupBy(rows, ({ sk }) => (sk === 'ORDER' ? 'order' : 'event'));
  const of = (kind: 'order' | 'event') => (kinds.get(kind) ?? []).map(named);
  return {
    orders: strays.parse(of('order'), expiringOrder, ({ orderId }) => `ORDER#${orderId} ORDER`),
    events: strays.parse(of('event'), eventRow, ({ order }) => `ORDER#${order.orderId} EVENT#${order.version}`),
    open: rows.flatMap(parseOpen),
  };
}

/** The index holds each row that has the attribute `open`. */
function parseOpen({ pk, open, acceptedAt }: TableRow): OpenEntry[] {
  if (open === undefined) return [];
  return [{ bucket: Number(open), orderId: String(pk).replace('ORDER#', ''), acceptedAt: String(acceptedAt) }];
}

type Stock = Pick<Stores, 'shards' | 'supplies' | 'holdings' | 'transfers'>;

function parseStock(rows: readonly TableRow[], strays: Strays): Stock {
  const kinds = Map.groupBy(rows.map(named), ({ row }) => row.split('#')[0]);
  // Stock rights of several sites are checked in a separate simulation.
  const known = new Set(['STOCK', 'SUPPLY', 'HOLDING', 'RIGHTS', 'TRANSFER', 'RECEIVED', 'TRANSIT']);
  for (const [kind = '', unknown] of kinds)
    if (!known.has(kind)) for (const row of unknown) strays.add(row, 'is of an unknown kind');
  return {
    shards: (kinds.get('STOCK') ?? []).flatMap((row) => parseShard(row, strays)),
    holdings: strays.parse(kinds.get('HOLDING') ?? [], holdingRow, (row) => `HOLDING#${row.sku}#${row.customer}`),
    supplies: strays.parse(kinds.get('SUPPLY') ?? [], supplyRow, ({ sku, key }) => `SUPPLY#${sku}#${key}`),
    transfers: {
      sent: strays.parse(kinds.get('TRANSFER') ?? [], transferRow, ({ sku, id }) => `TRANSFER#${sku}#${id}`),
      received: strays.parse(kinds.get('RECEIVED') ?? [], transferRow, ({ sku, id }) => `RECEIVED#${sku}#${id}`),
      open: (kinds.get('TRANSIT') ?? []).flatMap((row) => parseTransit(row, strays)),
    },
  };
}

/** A region's row names the transfers to it that are not yet closed. */
function parseTransit(row: RawRow, strays: Strays): OpenTransfer[] {
  const to = row.row.replace('TRANSIT#', '');
  const { open = new Set<string>() } = strays.parseOne(row, transitRow, () => row.row) ?? {};
  return [...open].flatMap((name) => {
    const [, sku, id] = /^([^#]+)#(.+)$/.exec(name) ?? [];
    if (sku !== undefined && id !== undefined) return [{ sku, id, to }];
    strays.add(row, `names the transfer ${name}`);
    return [];
  });
}

function parseShard(row: RawRow, strays: Strays): StockShard[] {
  const [, sku, shard] = /^STOCK#([^#]+)#(0|[1-9]\d*)$/.exec(row.row) ?? [];
  if (sku === undefined) strays.add(row, 'names no shard');
  const level = strays.parseOne(row, stockRow, () => row.row);
  return sku !== undefined && level ? [{ sku, shard: Number(shard), ...level }] : [];
}

function parseViews(rows: readonly TableRow[], strays: Strays): Pick<Stores, 'counted' | 'sales'> {
  const kinds = Map.groupBy(rows, ({ sk }) => (sk === 'COUNTED' ? 'guard' : 'counter'));
  return {
    counted: strays.parse((kinds.get('guard') ?? []).map(named), countedOrder, (row) => `ORDER#${row.orderId} COUNTED`),
    sales: (kinds.get('counter') ?? []).flatMap((row) => parseCounters(row, strays)),
  };
}

function parseCounters(content: TableRow, strays: Strays): SalesRow[] {
  const row = named(content);
  const [, sku, slot, period] =
    /^SALES#([^#]+)#([0-7]) (?:MINUTE#(?!TOTAL))?(TOTAL|[-\d]+T[:\d]+)$/.exec(row.row) ?? [];
  if (sku === undefined || period === undefined) strays.add(row, 'is of an unknown kind');
  const sales = strays.parseOne(row, salesRow, () => row.row);
  if (sku === undefined || period === undefined || !sales) return [];
  const expiresAt = content.expiresAt ?? (period === 'TOTAL' ? undefined : Number.NaN);
  return [
    { sku, slot: Number(slot), period, ...sales, ...(expiresAt !== undefined && { expiresAt: Number(expiresAt) }) },
  ];
}

function named(content: TableRow): RawRow {
  return { row: content.sk === undefined ? String(content.pk) : `${content.pk} ${content.sk}`, content };
}
