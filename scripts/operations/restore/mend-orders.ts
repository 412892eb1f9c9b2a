import { toEventRow } from '../../../functions/adapters/aws/event-row.ts';
import { toExpiresAt } from '../../../functions/adapters/aws/expiry.ts';
import { openValue, orderKey } from '../../../functions/adapters/aws/keys.ts';
import { type OrderEvent, type StoredEvent, toOrderEvent } from '../../../functions/contracts/order-event.ts';
import { eventRow, orderRow } from '../../../functions/contracts/rows.ts';
import { isOpen, type Order } from '../../../functions/domain/order.ts';
import { hashRequest } from '../../../functions/intake/place-order.ts';
import { isWithoutEvents } from '../../sale/check/expired-orders.ts';
import { isExpired, type Retention } from '../../sale/check/retention.ts';
import { byName, type Difference, type Row, rowName } from './rows.ts';

export interface MendedOrders {
  readonly rows: Map<string, Row>;
  /** Number of rows recovered from the stream. */
  readonly replayed: number;
  readonly differences: readonly Difference[];
}

const isEvent = ({ sk = '' }: Row): boolean => sk.startsWith('EVENT#');

/**
 * The orders as of the last write that any source still has. Images from the stream replace older restored rows; then
 * each order's row follows its events, which never change. Neither depends on the sequence of the images, so a
 * repetition changes nothing.
 *
 * @param retention undefined: no row of an order ever expires
 */
export function mendOrders(restored: Iterable<Row>, images: Iterable<Row>, retention?: Retention): MendedOrders {
  const rows = byName(restored);
  let replayed = 0;
  for (const image of images) {
    if (!isBetter(image, rows.get(rowName(image)))) continue;
    rows.set(rowName(image), image);
    replayed++;
  }
  const differences: Difference[] = [];
  for (const own of Map.groupBy([...rows.values()], ({ pk }) => pk).values()) {
    const mended = mendHistory(own, retention);
    for (const row of mended.rows) rows.set(rowName(row), row);
    differences.push(...mended.differences);
  }
  return { rows, replayed, differences };
}

const isReadable = (row: Row): boolean => (isEvent(row) ? eventRow : orderRow).safeParse(row).success;

/**
 * An event never changes. If there are two images of an order, the higher version is the newer one. An unreadable row
 * never wins.
 */
function isBetter(image: Row, known: Row | undefined): boolean {
  if (!isReadable(image)) return false;
  if (known === undefined || !isReadable(known)) return true;
  return !isEvent(image) && Number(image.version) > Number(known.version);
}

interface History {
  readonly rows: readonly Row[];
  readonly differences: readonly Difference[];
}

function mendHistory(own: readonly Row[], retention: Retention | undefined): History {
  const unreadable = own.filter((row) => !isReadable(row));
  const differences = unreadable.map((row) => ({
    row: rowName(row),
    reason: 'is unreadable in the backup, and the stream has no readable image',
    mended: false,
  }));
  const events = own
    .filter((row) => isEvent(row) && isReadable(row))
    .map((row) => eventRow.parse(row))
    .sort((one, other) => one.order.version - other.order.version);
  const row = own.find((one) => one.sk === 'ORDER' && isReadable(one));
  const mended = row ? mendRow(row, events, retention) : mendMissing(events, unreadable.length > 0);
  const gaps = findGap(events, retention);
  return { rows: mended.rows, differences: [...differences, ...gaps, ...mended.differences] };
}

/** The row is lost, but not its events: the last one contains the whole order. */
function mendMissing(events: readonly StoredEvent[], damaged: boolean): History {
  const { order: last, expiresAt } = events.at(-1) ?? {};
  if (!last) return { rows: [], differences: [] };
  const requestHash = hashRequest({ sku: last.sku, quantity: last.quantity });
  const row = follow({ ...orderKey(last.orderId), v: 1, ...last, requestHash }, { ...last, expiresAt });
  const what = damaged ? 'is unreadable' : 'is lost';
  const reason = `${what}: rebuilt from its events; a retry that named a price is refused as a different request`;
  return { rows: [row], differences: [{ row: rowName(row), reason, mended: true }] };
}

/**
 * The row in the state of its last event. A version that is ahead by one proves that the transaction's event was lost.
 */
function mendRow(row: Row, events: readonly StoredEvent[], retention: Retention | undefined): History {
  const order = orderRow.parse(row);
  const last = events.at(-1);
  const known = last?.order.version ?? 1;
  // The events of an order that is open for longer have expired.
  if (!last && isWithoutEvents(order, retention)) return { rows: [follow(row, order)], differences: [] };
  if (order.version > known) return mendLostEvent(row, order, known, { traceparent: last?.traceparent, retention });
  return { rows: [follow(row, last ? { ...last.order, expiresAt: last.expiresAt } : order)], differences: [] };
}

function mendLostEvent(
  row: Row,
  order: Order,
  known: number,
  { traceparent, retention }: { traceparent: string | undefined; retention: Retention | undefined },
): History {
  const name = rowName(row);
  if (order.version > known + 1) {
    const reason = `is at version ${order.version}, but its events ${known + 1} to ${order.version} are lost`;
    return { rows: [], differences: [{ row: name, reason, mended: false }] };
  }
  const event = toOrderEvent(order, traceparent ?? traceOf(order.orderId));
  const expiresAt = toExpiresAt(order.changedAt, retention ?? {});
  const reason = `its event ${order.version} is lost: rebuilt from its row, under another trace`;
  return {
    rows: [toEventRow(event, expiresAt)],
    differences: [{ row: name, reason, mended: true }],
  };
}

function findGap(events: readonly OrderEvent[], retention: Retention | undefined): Difference[] {
  return events.flatMap(({ order: { orderId, version, acceptedAt } }, index) => {
    if (index === 0 && isExpired(acceptedAt, retention)) return [];
    const before = events[index - 1]?.order.version ?? 1;
    if (version === before + 1) return [];
    return [{ row: `order ${orderId}`, reason: `has event ${version} after version ${before}`, mended: false }];
  });
}

/** An order, and when its last event expires. */
type Ending = Order & { readonly expiresAt?: number | undefined };

/** The row of an order after a change. It has the index attribute `open` while the order is open, and its expiry then. */
export function follow(row: Row, order: Ending): Row {
  const { state, version, allocation, changedAt, held, reason, orderId, expiresAt } = order;
  const { held: _, reason: __, open: ___, expiresAt: ____, ...kept } = row;
  const moved = { state, version, allocation, changedAt };
  const open = isOpen({ state }) ? { open: openValue(orderId) } : expiresAt !== undefined && { expiresAt };
  return { ...kept, ...moved, ...(held && { held }), ...(reason && { reason }), ...open };
}

/** Derived from the id, so that a repetition writes the same value. */
export const traceOf = (orderId: string): string => `00-${orderId.replaceAll('-', '')}-0000000000000001-01`;
