import { countedKey, salesMinuteKey, salesTotalKey } from '../../../functions/adapters/aws/keys.ts';
import { minuteExpiresAt } from '../../../functions/adapters/aws/views.ts';
import { latestEvents, type StoredEvent } from '../../../functions/contracts/order-event.ts';
import { addSales, noSales, type Sales, salesSlot, toMinute, toSales } from '../../../functions/domain/sales.ts';
import { toCountedOrder } from '../../../functions/projection/count-event.ts';

/** A view row without its generation. */
export interface ViewRow {
  readonly pk: string;
  readonly sk: string;
  readonly [attribute: string]: unknown;
}

/** View rows by `pk sk`. */
export type Views = ReadonlyMap<string, ViewRow>;

export const rowName = ({ pk, sk }: Pick<ViewRow, 'pk' | 'sk'>): string => `${pk} ${sk}`;

/** For each order, the event that these views counted last. Orders not counted yet are not in the sums. */
function findCountedEvents(events: Iterable<StoredEvent>, found: Views): ReadonlyMap<string, StoredEvent> {
  const counted = new Map<string, StoredEvent>();
  for (const event of events) {
    const { orderId, version } = event.order;
    if (found.get(rowName(countedKey('', orderId)))?.version === version) counted.set(orderId, event);
  }
  return counted;
}

/**
 * The expected content of views that may lag: the last event of each order, and sums of what the views have counted. An
 * event still in transit then differs only in its order's row.
 */
export function buildExpectedViews(events: readonly StoredEvent[], found: Views): Views {
  const orders = [...foldViews(latestEvents(events))].filter(([, { sk }]) => sk === 'COUNTED');
  const sums = [...foldViews(findCountedEvents(events, found))].filter(([, { sk }]) => sk !== 'COUNTED');
  return new Map([...orders, ...sums]);
}

/** The views after these events, regardless of their order and repetition. */
export function foldViews(latest: ReadonlyMap<string, StoredEvent>): Views {
  const rows = new Map<string, ViewRow>();
  const add = (key: { pk: string; sk: string }, sales: Sales, more: object = {}) => {
    const before = rows.get(rowName(key)) as (ViewRow & Sales) | undefined;
    rows.set(rowName(key), { ...key, ...addSales(before ?? noSales, sales), ...more });
  };
  for (const event of latest.values()) {
    const { order } = event;
    const { orderId, sku, acceptedAt } = order;
    const key = countedKey('', orderId);
    rows.set(rowName(key), { ...key, ...toCountedOrder(event) });
    const [slot, minute] = [salesSlot(orderId), toMinute(acceptedAt)];
    add(salesTotalKey('', sku, slot), toSales(order));
    add(salesMinuteKey('', sku, slot, minute), toSales(order), { expiresAt: minuteExpiresAt(minute) });
  }
  return rows;
}

/**
 * Names of the rows that differ. Ignores rows that may have expired, and the span id of a counted order, which differs
 * within the same trace.
 */
export function compareViews(wanted: Views, found: Views, nowMs: number): ReadonlySet<string> {
  const names = new Set([...wanted.keys(), ...found.keys()]);
  return new Set(
    [...names].filter((name) => {
      const [one, other] = [wanted.get(name), found.get(name)];
      if (Number((one ?? other)?.expiresAt ?? Infinity) * 1_000 <= nowMs) return false;
      return toComparableText(one) !== toComparableText(other);
    }),
  );
}

/** A text that is equal for rows with equal content, regardless of attribute order. */
export function toComparableText(row: ViewRow | undefined): string {
  if (!row) return 'missing';
  const entries = Object.entries(row).map(([name, value]) =>
    name === 'traceparent' ? [name, String(value).slice(0, 35)] : [name, value],
  );
  return JSON.stringify(entries.sort(([a], [b]) => String(a).localeCompare(String(b))));
}
