import { setTimeout as sleep } from 'node:timers/promises';
import { salesMinuteKey, salesTotalKey } from '../../../functions/adapters/aws/keys.ts';
import type { OrderEvent, StoredEvent } from '../../../functions/contracts/order-event.ts';
import { type CountedOrder, countedOrder, salesRow } from '../../../functions/contracts/view.ts';
import { isOpen } from '../../../functions/domain/order.ts';
import {
  addSales,
  noSales,
  type Sales,
  salesFields,
  salesSlot,
  subtractSales,
  toMinute,
  toSales,
} from '../../../functions/domain/sales.ts';
import { CliError } from '../../cli/cli.ts';
import { isPossible, mayHoldExpired } from '../../sale/check/expired-orders.ts';
import type { Retention } from '../../sale/check/retention.ts';
import { foldViews, rowName, toComparableText, type ViewRow, type Views } from './fold.ts';

/**
 * What the views have and the events have no longer. Rows that expire within this time count as expired, so that none
 * is deleted while they are read, even if this machine's clock is slow.
 */
const marginMs = 3_600_000;

/** @param days how long the rows of an order are kept after its end; undefined: for ever */
export function toRetention(days: number | undefined): Retention | undefined {
  return days === undefined ? undefined : { days, atMs: Date.now() + marginMs };
}

const isCounted = ({ sk }: ViewRow) => sk === 'COUNTED';

/** Sums of the orders that these views have counted, by the name of the counter row. */
export function sumCounted(found: Views): ReadonlyMap<string, Sales> {
  const sums = new Map<string, Sales>();
  for (const row of found.values()) {
    const order = isCounted(row) ? countedOrder.safeParse(row).data : undefined;
    if (!order) continue;
    for (const key of counterKeys(order))
      sums.set(rowName(key), addSales(sums.get(rowName(key)) ?? noSales, toSales(order)));
  }
  return sums;
}

/** What each counter row has beyond the counted orders. Expired orders are there only where that is possible. */
export function findExpired(found: Views, retention: Retention): ReadonlyMap<string, Sales> {
  const sums = sumCounted(found);
  return new Map(
    [...found].flatMap(([name, row]): [string, Sales][] => {
      if (isCounted(row)) return [];
      const rest = subtractSales(salesRow.parse(row), sums.get(name) ?? noSales);
      const isAllowed = mayHoldExpired(row.sk.replace('MINUTE#', ''), retention) && isPossible({ ...rest });
      return isAllowed ? [[name, rest]] : [];
    }),
  );
}

/** Counted orders whose last events have expired. */
function findLone(found: Views, latest: ReadonlyMap<string, OrderEvent>): { row: ViewRow; order: CountedOrder }[] {
  return [...found.values()].flatMap((row) => {
    const order = isCounted(row) ? countedOrder.safeParse(row).data : undefined;
    return order && !latest.has(order.orderId) ? [{ row, order }] : [];
  });
}

/** Guards of open orders without events: if they were missing, the next event would count the order again. */
export function findLoneGuards(found: Views, latest: ReadonlyMap<string, OrderEvent>): ViewRow[] {
  return findLone(found, latest).flatMap(({ row, order }) => (isOpen(order) ? [row] : []));
}

/** The views after these events, with what has expired. */
export function buildViews(latest: ReadonlyMap<string, StoredEvent>, expired: Expired | undefined): Views {
  const rows = new Map(foldViews(latest));
  if (!expired) return rows;
  const add = (name: string, sales: Sales) => {
    const before = rows.get(name) ?? expired.rows.get(name);
    if (before) rows.set(name, { ...before, ...addSales(salesRow.parse(before), sales) });
  };
  for (const [name, sales] of expired.sums) if (salesFields.some((field) => sales[field] !== 0)) add(name, sales);
  for (const { row, order } of findLone(expired.guards, latest)) {
    for (const key of counterKeys(order)) add(rowName(key), toSales(order));
    if (isOpen(order)) rows.set(rowName(row), row);
  }
  return rows;
}

function counterKeys({ orderId, sku, acceptedAt }: CountedOrder) {
  const slot = salesSlot(orderId);
  return [salesTotalKey('', sku, slot), salesMinuteKey('', sku, slot, toMinute(acceptedAt))];
}

/** The part of the live views that no event can rebuild. */
export interface Expired {
  readonly retention: Retention;
  /** By the name of the counter row. */
  readonly sums: ReadonlyMap<string, Sales>;
  /** The counter rows, without their counters. */
  readonly rows: Views;
  /** Of orders that the projection had counted. */
  readonly guards: Views;
}

/** Expected content of the live views that only they can know: sums with expired orders, and guards without events. */
export function expectExpired(latest: ReadonlyMap<string, OrderEvent>, found: Views, retention: Retention): Views {
  const sums = sumCounted(found);
  const possible = findExpired(found, retention);
  const rows = [...found].flatMap(([name, row]): [string, ViewRow][] =>
    possible.has(name) ? [[name, row]] : isCounted(row) ? [] : [[name, { ...row, ...(sums.get(name) ?? noSales) }]],
  );
  return new Map([...rows, ...findLoneGuards(found, latest).map((row): [string, ViewRow] => [rowName(row), row])]);
}

const maxReads = 10;
const pauseMs = 2_000;

/**
 * Reads the expired part of the live views while orders are counted. A slot's rows that are equal in two reads were all
 * valid between them; counting changes them together, and their difference stays the same until the next expiry.
 *
 * @throws {CliError} views_busy, when a slot changed in every read
 */
export async function readExpired(read: () => Promise<Views>, retention: Retention): Promise<Expired> {
  let before = keepViews(await read(), retention);
  const open = new Set(slotsOf(before).keys());
  const rows = new Map<string, ViewRow>();
  for (let reads = 1; open.size > 0; reads++) {
    if (reads === maxReads) throw viewsBusy([...open]);
    if (reads > 1) await sleep(pauseMs);
    const after = keepViews(await read(), retention);
    const [one, other] = [slotsOf(before), slotsOf(after)];
    for (const slot of open) {
      if (!areEqual(one.get(slot), other.get(slot))) continue;
      open.delete(slot);
      for (const row of other.get(slot) ?? []) rows.set(rowName(row), row);
    }
    before = after;
  }
  return toExpired(rows, retention);
}

function toExpired(rows: Views, retention: Retention): Expired {
  const sums = findExpired(rows, retention);
  const counters = [...rows].filter(([, row]) => !isCounted(row));
  const wrong = counters.find(([name, row]) => {
    if (sums.has(name)) return false;
    return mayHoldExpired(row.sk.replace('MINUTE#', ''), retention);
  });
  if (wrong) throw viewsWrong(wrong[0]);
  return {
    ...{ retention, sums },
    rows: new Map(
      counters.map(([name, { pk, sk, expiresAt }]) => [
        name,
        { pk, sk, ...(expiresAt !== undefined && { expiresAt }) },
      ]),
    ),
    guards: new Map([...rows].filter(([, row]) => isCounted(row))),
  };
}

/** Rows that do not expire before the views are read. */
export function keepViews(found: Views, { atMs }: Retention): Views {
  return new Map([...found].filter(([, { expiresAt = Infinity }]) => Number(expiresAt) * 1_000 > atMs));
}

/** The rows that are written together: the counters of a slot, and the guards of its orders. */
function slotsOf(views: Views): Map<string, ViewRow[]> {
  return Map.groupBy([...views.values()], (row) => {
    const order = isCounted(row) ? countedOrder.safeParse(row).data : undefined;
    return order ? salesTotalKey('', order.sku, salesSlot(order.orderId)).pk : row.pk;
  });
}

function areEqual(one: readonly ViewRow[] = [], other: readonly ViewRow[] = []): boolean {
  const textOf = (rows: readonly ViewRow[]) => rows.map(toComparableText).sort().join('\n');
  return one.length === other.length && textOf(one) === textOf(other);
}

const viewsBusy = ([first]: readonly string[]) =>
  new CliError(
    'views_busy',
    `orders were counted in ${first} during each of ${maxReads} reads, so its expired orders are not known exactly`,
    'Nothing was changed. Try again when fewer orders arrive.',
  );

const viewsWrong = (name: string) =>
  new CliError(
    'totals_wrong',
    `${name} of the live views has less than its counted orders, or expired orders that never ended`,
    'Nothing was changed. Expired orders are only in this row: restore the views from a backup first.',
  );

/** Orders, units and revenue that only the totals still have. */
export function summarize(sums: ReadonlyMap<string, Sales>): Sales {
  return [...sums]
    .filter(([name]) => name.endsWith(' TOTAL'))
    .reduce((all, [, sales]) => addSales(all, sales), noSales);
}

/** Units that expired orders own, by product. */
export async function readExpiredUnits(
  read: () => Promise<Views>,
  retention: Retention,
): Promise<Record<string, number>> {
  const units: Record<string, number> = {};
  for (const [name, { reservedUnits }] of (await readExpired(read, retention)).sums) {
    const [, sku] = /^SALES#([^#]+)#\d+ TOTAL$/.exec(name) ?? [];
    if (sku !== undefined) units[sku] = (units[sku] ?? 0) + reservedUnits;
  }
  return units;
}
