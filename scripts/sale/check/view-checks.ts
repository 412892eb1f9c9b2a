import type { OrderEvent } from '../../../functions/contracts/order-event.ts';
import type { CountedOrder } from '../../../functions/contracts/view.ts';
import type { Evidence } from './evidence.ts';
import { type Counters, counterNames, countOrder, minuteExpiry, slotOf, toMinute, zeroCounters } from './rules.ts';
import type { SalesRow } from './snapshot.ts';
import type { Finding } from './verdict.ts';

/** I5: each guard is its order's last event, and each counter row is the sum of the orders that it counts. */
export function checkViews({ snapshot: { counted, sales }, histories }: Evidence): Finding {
  const last = new Map<string, OrderEvent>();
  for (const { orderId, events } of histories.values()) {
    const event = events.at(-1);
    if (event) last.set(orderId, event);
  }
  return {
    checked: last.size + counted.length + sales.length,
    violations: [...findWrongGuards(counted, last), ...findWrongCounters(sales, last.values())],
  };
}

const copied = ['sku', 'version', 'state', 'quantity', 'unitPrice', 'acceptedAt'] as const;

function findWrongGuards(counted: readonly CountedOrder[], last: ReadonlyMap<string, OrderEvent>): string[] {
  const violations: string[] = [];
  const seen = new Set<string>();
  for (const guard of counted) {
    const { orderId } = guard;
    const event = last.get(orderId);
    if (seen.has(orderId)) violations.push(`order ${orderId} is counted by two guards`);
    seen.add(orderId);
    if (event) violations.push(...differences(guard, event));
    else violations.push(`order ${orderId} is counted at version ${guard.version}, and has no event`);
  }
  for (const [orderId, { order }] of last)
    if (!seen.has(orderId)) violations.push(`order ${orderId}: version ${order.version}, counted undefined`);
  return violations;
}

function differences(guard: CountedOrder, { order, traceparent }: OrderEvent): string[] {
  const wrong = copied
    .filter((field) => guard[field] !== order[field])
    .map((field) => `order ${guard.orderId}: ${field} ${order[field]}, counted ${guard[field]}`);
  if (traceIdOf(guard.traceparent) === traceIdOf(traceparent)) return wrong;
  return [...wrong, `order ${guard.orderId}: counted in another trace than that of its event`];
}

/** The span differs: each step of a trace has its own. */
const traceIdOf = (traceparent: string) => traceparent.split('-')[1];

function findWrongCounters(sales: readonly SalesRow[], events: Iterable<OrderEvent>): string[] {
  const wanted = foldCounters(events);
  const violations: string[] = [];
  for (const row of sales) {
    const name = nameOf(row);
    const fold = wanted.get(name);
    wanted.delete(name);
    const wrong = fold ? counterNames.filter((field) => row[field] !== fold[field]) : [];
    if (!fold) violations.push(`${name}: a counter row, but no event counts there`);
    for (const field of wrong) violations.push(`${name}: ${field} is ${row[field]}, the events say ${fold?.[field]}`);
    if (!isExpiryRight(row)) violations.push(`${name}: expires at ${row.expiresAt}`);
  }
  return [...violations, ...[...wanted.keys()].map((name) => `${name}: the counter row is missing`)];
}

function foldCounters(events: Iterable<OrderEvent>): Map<string, Counters> {
  const counters = new Map<string, Counters>();
  for (const { order } of events) {
    const { orderId, sku, acceptedAt } = order;
    for (const period of ['TOTAL', toMinute(acceptedAt)]) {
      const name = nameOf({ sku, slot: slotOf(orderId), period });
      const row = counters.get(name) ?? zeroCounters();
      counters.set(name, row);
      countOrder(row, order);
    }
  }
  return counters;
}

const nameOf = ({ sku, slot, period }: Pick<SalesRow, 'sku' | 'slot' | 'period'>) => `${sku}#${slot} ${period}`;

/** Totals never expire. A minute's row expires after its retention, give or take the minute. */
function isExpiryRight({ period, expiresAt }: SalesRow): boolean {
  if (expiresAt === undefined) return true;
  const lateSeconds = expiresAt - minuteExpiry(period);
  return lateSeconds >= 0 && lateSeconds < 60;
}
