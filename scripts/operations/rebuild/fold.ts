import { countedKey, salesMinuteKey, salesTotalKey } from '../../../functions/adapters/aws/keys.ts';
import { minuteExpiresAt } from '../../../functions/adapters/aws/views.ts';
import { latestEvents, type OrderEvent } from '../../../functions/contracts/order-event.ts';
import type { CountedOrder } from '../../../functions/contracts/view.ts';
import { addSales, minuteOf, noSales, type Sales, salesOf, salesSlot } from '../../../functions/domain/sales.ts';

/** A row of the views without the name of its generation. */
export interface ViewRow {
  readonly pk: string;
  readonly sk: string;
  readonly [attribute: string]: unknown;
}

/** By `pk sk`. */
export type Views = ReadonlyMap<string, ViewRow>;

export const nameOf = ({ pk, sk }: Pick<ViewRow, 'pk' | 'sk'>): string => `${pk} ${sk}`;

/** The event of each order that these views counted last: the sums of an order that comes later stand in none of them. */
function countedEvents(events: Iterable<OrderEvent>, found: Views): ReadonlyMap<string, OrderEvent> {
  const counted = new Map<string, OrderEvent>();
  for (const event of events) {
    const { orderId, version } = event.order;
    if (found.get(nameOf(countedKey('', orderId)))?.version === version) counted.set(orderId, event);
  }
  return counted;
}

/**
 * What views that are behind must hold: of each order the last event, and in the sums what they have counted, so that an
 * event on its way is a difference of its order alone.
 */
export function wantedOf(events: readonly OrderEvent[], found: Views): Views {
  const orders = [...foldViews(latestEvents(events))].filter(([, { sk }]) => sk === 'COUNTED');
  const sums = [...foldViews(countedEvents(events, found))].filter(([, { sk }]) => sk !== 'COUNTED');
  return new Map([...orders, ...sums]);
}

/** What the views must hold after these events, in whatever order they come and however often. */
export function foldViews(latest: ReadonlyMap<string, OrderEvent>): Views {
  const rows = new Map<string, ViewRow>();
  const add = (key: { pk: string; sk: string }, sales: Sales, more: object = {}) => {
    const before = rows.get(nameOf(key)) as (ViewRow & Sales) | undefined;
    rows.set(nameOf(key), { ...key, ...addSales(before ?? noSales, sales), ...more });
  };
  for (const { order, traceparent } of latest.values()) {
    const { orderId, sku, version, state, quantity, unitPrice, acceptedAt } = order;
    const counted: CountedOrder = { v: 1, orderId, sku, version, state, quantity, unitPrice, acceptedAt, traceparent };
    const key = countedKey('', orderId);
    rows.set(nameOf(key), { ...key, ...counted });
    const [slot, minute] = [salesSlot(orderId), minuteOf(acceptedAt)];
    add(salesTotalKey('', sku, slot), salesOf(order));
    add(salesMinuteKey('', sku, slot, minute), salesOf(order), { expiresAt: minuteExpiresAt(minute) });
  }
  return rows;
}

/**
 * The names of the rows in which the two differ. A row that may have expired is no difference. Neither is the span that
 * counted an order: the trace is the same.
 */
export function compareViews(wanted: Views, found: Views, nowMs: number): ReadonlySet<string> {
  const names = new Set([...wanted.keys(), ...found.keys()]);
  return new Set(
    [...names].filter((name) => {
      const [one, other] = [wanted.get(name), found.get(name)];
      if (Number((one ?? other)?.expiresAt ?? Infinity) * 1_000 <= nowMs) return false;
      return textOf(one) !== textOf(other);
    }),
  );
}

/** The same text for the same row, in whatever order its attributes come. */
export function textOf(row: ViewRow | undefined): string {
  if (!row) return 'missing';
  const entries = Object.entries(row).map(([name, value]) =>
    name === 'traceparent' ? [name, String(value).slice(0, 35)] : [name, value],
  );
  return JSON.stringify(entries.sort(([a], [b]) => String(a).localeCompare(String(b))));
}
