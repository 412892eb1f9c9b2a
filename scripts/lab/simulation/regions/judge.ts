import { transitKey } from '../../../../functions/adapters/aws/keys.ts';
import { parseReason } from '../../../sale/check/dead-letter.ts';
import { checkInvariants, type Verdict } from '../../../sale/check/invariants.ts';
import { ownsUnits } from '../../../sale/check/rules.ts';
import type { ClientRecord, RestockRecord, Snapshot, StockShard } from '../../../sale/check/snapshot.ts';
import { readRows, type TableRow } from '../../../sale/check/table-rows.ts';
import type { Violation } from '../world/outcome.ts';
import type { Cell } from './cell.ts';
import type { Customers } from './customers.ts';
import { home, type Region } from './plan.ts';
import type { KnownRows } from './rows.ts';
import type { Units } from './units.ts';

export interface Evidence {
  readonly cells: ReadonlyMap<Region, Cell>;
  readonly units: Units;
  readonly rows: KnownRows;
  readonly customers: Customers;
  readonly restocked: readonly RestockRecord[];
}

/** A region's tables, with received units counted as supplied and lent units as never removed. */
export function readRegion({ region, tables, ...cell }: Cell, units: Units): Snapshot {
  const stockRows = tables.all('stock') as readonly TableRow[];
  const own = stockRows.filter(({ pk }) => /^(STOCK|SUPPLY|HOLDING)#/.test(String(pk)));
  const stores = readRows({
    ...{ orderRows: tables.all(`orders-${region}`), stockRows: own },
    ...{ products: tables.all('catalog'), viewRows: tables.all(`views-${region}`) },
  });
  const came = [...units.transfers.values()]
    .filter(({ to, received }) => to === region && received)
    .map(({ id, sku, quantity, at }) => ({ sku, key: id, quantity, at }));
  const supplies = [...stores.supplies, ...came];
  const suppliedTo = (sku: string) => supplies.reduce((sum, one) => sum + (one.sku === sku ? one.quantity : 0), 0);
  const withLent = ({ left, allocated, ...shard }: StockShard): StockShard => {
    const lent = units.lent.get(`${region} ${shard.sku}#${shard.shard}`) ?? 0;
    return { ...shard, left: left + lent, allocated: allocated + lent };
  };
  const letters = cell.queue.dead.map(({ body, envelope: { attributes } }) => ({
    ...{ step: 'settlement' as const, body, noted: parseReason(attributes?.reason?.value) },
  }));
  return {
    ...{ ...stores, supplies, shards: stores.shards.map(withLent) },
    products: stores.products.map((product) => ({ ...product, supplied: suppliedTo(product.sku) })),
    ...{ deadLetters: [...cell.buried, ...letters], published: cell.bus },
    ...{ lowest: cell.witness.lowest, highest: cell.witness.highest },
  };
}

/** Checks a sale's invariants in each surviving region. */
export function judgeRegions(evidence: Evidence): readonly Verdict[] {
  return [...evidence.cells.values()]
    .filter(({ isLost }) => !isLost)
    .flatMap((cell) => {
      const snapshot = readRegion(cell, evidence.units);
      const verdicts = checkInvariants(snapshot, clientsOf(cell.region, snapshot, evidence));
      return verdicts.map((verdict) => ({
        ...verdict,
        violations: verdict.violations.map((text) => `${cell.region}: ${text}`),
      }));
    });
}

/** Answers about this region's rows. The acceptance time tells them from another region's row with the same id. */
function clientsOf(region: Region, { orders }: Snapshot, { cells, customers, restocked }: Evidence): ClientRecord {
  const stored = new Map(orders.map(({ orderId, acceptedAt }) => [orderId, acceptedAt]));
  const others = new Set(
    allOrders(cells).flatMap(({ region: other, row }) => (other === region ? [] : `${row.orderId} ${row.acceptedAt}`)),
  );
  const isOwn = ({ orderId, acceptedAt }: { readonly orderId: string; readonly acceptedAt: string }) =>
    stored.get(orderId) === acceptedAt && !others.has(`${orderId} ${acceptedAt}`);
  const { accepted, requested, shown } = customers.record;
  return {
    ...{ accepted: accepted.filter(isOwn), requested, shown: shown.filter(isOwn) },
    cancels: [...customers.cancelsAsked]
      .filter((name) => name.startsWith(`${region} `))
      .map((name) => name.split(' ')[1] ?? ''),
    ...(region === home && { restocked }),
    foreignAttempts: customers.foreign.filter((one) => one.region === region).length,
    foreignAnswers: customers.foreign.flatMap((one) => (one.region === region ? (one.wrong ?? []) : [])),
  };
}

/** Checks invariants that span all regions. */
export function judgeTogether(evidence: Evidence): Violation[] {
  const found = (invariant: string, texts: readonly string[]) => texts.map((text) => ({ invariant, text }));
  return [
    ...found('transfer', findOpenTransfers(evidence)),
    ...found('double', findDoubles(evidence)),
    ...found('repeat', findUnlikeAnswers(evidence)),
    ...found('lost', findLostOrders(evidence)),
    ...found('cancel', findUncancelled(evidence)),
    ...found('letter', findLetters(evidence)),
    ...found('supply', findWrongSupply(evidence)),
  ];
}

/** Between surviving regions, each transfer must have been received and closed. */
function findOpenTransfers({ cells, units }: Evidence): string[] {
  const living = [...cells.values()].filter(({ isLost }) => !isLost);
  const open = living.flatMap(({ region, tables }) =>
    living.flatMap(({ region: to }) => {
      const names = tables.get('stock', transitKey(to))?.open;
      return names instanceof Set ? [...names].map((name) => `${name} from ${region} to ${to} is open`) : [];
    }),
  );
  const lives = (region: Region) => cells.get(region)?.isLost === false;
  const waiting = [...units.transfers.values()]
    .filter(({ from, to, received }) => !received && lives(from) && lives(to))
    .map(({ id, quantity, from, to }) => `${quantity} units of ${id} left ${from}, and never arrived in ${to}`);
  return [...open, ...waiting];
}

/**
 * Finds orders with two rows. One exception is allowed: if a customer moved before the row was replicated, the other
 * region could not know it, and created a second row with the same id. The partner ships an id only once.
 */
function findDoubles({ cells, customers, rows }: Evidence): string[] {
  return allOrders(cells).flatMap(({ orderId, region }) =>
    rows
      .owners(orderId)
      .filter((owner) => owner !== region)
      .filter((owner) => {
        const askedMs = customers.firstSent.get(`${region} ${orderId}`) ?? Number.POSITIVE_INFINITY;
        return rows.storedMs(region, orderId, owner) < askedMs;
      })
      .map((owner) => `${orderId} has a row in ${region}, which already had the row of ${owner} when it was asked`),
  );
}

function allOrders(cells: Evidence['cells']) {
  return [...cells.values()].flatMap(({ region, tables }) =>
    tables
      .all(`orders-${region}`)
      .filter(({ sk }) => sk === 'ORDER')
      .map((row) => ({
        ...{ region, orderId: String(row.orderId), row },
      })),
  );
}

const told = ['sku', 'quantity', 'unitPrice', 'currency', 'acceptedAt'] as const;

/** Each answer to a post must match a stored row, and always the same one unless there are two. */
function findUnlikeAnswers({ cells, customers, rows }: Evidence): string[] {
  const stored = Map.groupBy(allOrders(cells), ({ orderId }) => orderId);
  const first = new Map<string, string>();
  return customers.record.accepted.flatMap((answer) => {
    const { orderId, region, acceptedAt } = answer;
    const those = stored.get(orderId) ?? [];
    const isRow = those.some(({ row }) => told.every((field) => row[field] === answer[field]));
    if (!isRow) return [`${region} accepted ${orderId} with values that no row has`];
    if (!rows.owns(region, orderId)) return [];
    const before = first.get(`${region} ${orderId}`) ?? acceptedAt;
    first.set(`${region} ${orderId}`, before);
    return before === acceptedAt ? [] : [`${region} accepted ${orderId} at ${before}, and then at ${acceptedAt}`];
  });
}

/** Each accepted order must be in some region's tables. A lost region's orders may be lost with it. */
function findLostOrders({ cells, customers, rows }: Evidence): string[] {
  return customers.record.accepted
    .filter(({ orderId }) => rows.owners(orderId).length === 0)
    .map(({ orderId, region }) => `${orderId} was accepted by ${region}, but no region has it`)
    .concat(findUnended(cells));
}

function findUnended(cells: Evidence['cells']): string[] {
  return allOrders(cells)
    .filter(({ region, row }) => cells.get(region)?.isLost === false && row.state === 'PENDING')
    .map(({ region, orderId }) => `${orderId} of ${region} is still PENDING`);
}

function findUncancelled({ cells, customers }: Evidence): string[] {
  return allOrders(cells)
    .filter(
      ({ region, orderId, row }) => customers.cancelled.has(`${region} ${orderId}`) && ownsUnits(row.state as never),
    )
    .map(({ region, orderId, row }) => `${region} accepted the cancel of ${orderId}, but the order is ${row.state}`);
}

/** Finds dead letters: only orders are sent, each to the region that accepted it, so there must be none. */
function findLetters({ cells }: Evidence): string[] {
  return [...cells.values()].flatMap(({ region, buried }) =>
    buried.map(({ body, noted }) => `${region} gave up ${body}: ${noted}`),
  );
}

/** Supplies in the catalog must match those recorded in the home region. */
function findWrongSupply({ cells }: Evidence): string[] {
  const tables = cells.get(home)?.tables;
  return (tables?.all('catalog') ?? []).flatMap(({ sku, supplied }) => {
    const supplies = (tables?.all('stock') ?? []).filter((row) => row.key !== undefined && row.sku === sku);
    const sum = supplies.reduce((units, { quantity }) => units + Number(quantity), 0);
    return sum === supplied ? [] : [`${sku}: ${supplied} units supplied, but ${sum} on record`];
  });
}
