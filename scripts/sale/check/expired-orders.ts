import type { OrderEvent } from '../../../functions/contracts/order-event.ts';
import { isExpired, type Retention } from './retention.ts';
import {
  type Counters,
  counterNames,
  countOrder,
  isFinal,
  minuteExpiry,
  slotOf,
  toMinute,
  zeroCounters,
} from './rules.ts';
import type { SalesRow, Snapshot, StoredOrder } from './snapshot.ts';
import { Sums } from './sums.ts';

/** An order as its last event, or as its row if an open order's events have expired. */
export interface LastState {
  readonly order: Pick<StoredOrder, 'orderId' | 'sku' | 'version' | 'state' | 'quantity' | 'unitPrice' | 'acceptedAt'>;
  /** Undefined if the event has expired. */
  readonly traceparent?: string;
}

interface History {
  readonly orderId: string;
  readonly rows: readonly StoredOrder[];
  readonly events: readonly OrderEvent[];
}

/** By order id. */
export function gatherLastStates(histories: ReadonlyMap<string, History>, snapshot: Snapshot): Map<string, LastState> {
  const last = new Map<string, LastState>();
  for (const { orderId, events, rows } of histories.values()) {
    const [event, order] = [events.at(-1), rows[0]];
    if (event) last.set(orderId, event);
    else if (order && isWithoutEvents(order, snapshot.retention)) last.set(orderId, { order });
  }
  return last;
}

/** An order that is open for longer than the retention keeps its row only. */
export function isWithoutEvents({ version, state, changedAt }: StoredOrder, retention: Retention | undefined): boolean {
  return version > 1 && !isFinal(state) && isExpired(changedAt, retention);
}

export const nameOfCounters = ({ sku, slot, period }: Pick<SalesRow, 'sku' | 'slot' | 'period'>) =>
  `${sku}#${slot} ${period}`;

/** Sums of orders by counter row. Rows of minutes that have expired are left out, where rows expire. */
export function foldCounters(orders: Iterable<LastState>, retention: Retention | undefined): Map<string, Counters> {
  const counters = new Map<string, Counters>();
  for (const { order } of orders) {
    const { orderId, sku, acceptedAt } = order;
    const minute = toMinute(acceptedAt);
    const isKept = !retention || minuteExpiry(minute) * 1_000 > retention.atMs;
    for (const period of isKept ? ['TOTAL', minute] : ['TOTAL']) {
      const name = nameOfCounters({ sku, slot: slotOf(orderId), period });
      const row = counters.get(name) ?? zeroCounters();
      counters.set(name, row);
      countOrder(row, order);
    }
  }
  return counters;
}

/** What a counter row has beyond the present orders. */
export function subtractCounters(row: Counters, present: Counters): Counters {
  const rest = zeroCounters();
  for (const field of counterNames) rest[field] = row[field] - present[field];
  return rest;
}

/** Units of expired orders by product, from the totals of the views, which never expire. */
export function sumExpiredUnits({ sales, retention }: Snapshot, last: ReadonlyMap<string, LastState>): Sums {
  const units = new Sums();
  if (!retention) return units;
  const present = foldCounters(last.values(), retention);
  for (const row of sales)
    if (row.period === 'TOTAL')
      units.add(row.sku, row.reservedUnits - (present.get(nameOfCounters(row))?.reservedUnits ?? 0));
  return units;
}

/** Whether orders that expired can add up to these counters: all of them ended, with at least a unit each. */
export function isPossible({ confirmedOrders, fulfilledOrders, reservedUnits, revenue, ...others }: Counters): boolean {
  const isNegative = [confirmedOrders, revenue, ...Object.values(others)].some((count) => count < 0);
  const isEmpty = reservedUnits === 0 && revenue === 0;
  return (
    !isNegative &&
    confirmedOrders === fulfilledOrders &&
    (confirmedOrders > 0 ? reservedUnits >= confirmedOrders : isEmpty)
  );
}

/** Whether an order that was accepted in this period can have expired. */
export function mayHoldExpired(period: string, retention: Retention | undefined): boolean {
  return period === 'TOTAL' ? retention !== undefined : isExpired(`${period}:00.000Z`, retention);
}
