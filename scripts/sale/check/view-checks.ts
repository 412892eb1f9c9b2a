import type { CountedOrder } from '../../../functions/contracts/view.ts';
import type { Evidence } from './evidence.ts';
import {
  foldCounters,
  isPossible,
  type LastState,
  mayHoldExpired,
  nameOfCounters,
  subtractCounters,
} from './expired-orders.ts';
import type { Retention } from './retention.ts';
import { counterNames, minuteExpiry, zeroCounters } from './rules.ts';
import type { SalesRow } from './snapshot.ts';
import type { Finding } from './verdict.ts';

/**
 * I5: each guard is its order's last event, and each counter row is the sum of the orders that it counts. Where orders
 * expire, it may hold expired ones, too; I4 compares their units with the stock.
 */
export function checkViews({ snapshot: { counted, sales, retention }, last }: Evidence): Finding {
  return {
    checked: last.size + counted.length + sales.length,
    violations: [...findWrongGuards(counted, last), ...findWrongCounters(sales, last.values(), retention)],
  };
}

const copied = ['sku', 'version', 'state', 'quantity', 'unitPrice', 'acceptedAt'] as const;

function findWrongGuards(counted: readonly CountedOrder[], last: ReadonlyMap<string, LastState>): string[] {
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

function differences(guard: CountedOrder, { order, traceparent }: LastState): string[] {
  const wrong = copied
    .filter((field) => guard[field] !== order[field])
    .map((field) => `order ${guard.orderId}: ${field} ${order[field]}, counted ${guard[field]}`);
  if (!traceparent || traceIdOf(guard.traceparent) === traceIdOf(traceparent)) return wrong;
  return [...wrong, `order ${guard.orderId}: counted in another trace than that of its event`];
}

/** The span differs: each step of a trace has its own. */
const traceIdOf = (traceparent: string) => traceparent.split('-')[1];

function findWrongCounters(
  sales: readonly SalesRow[],
  orders: Iterable<LastState>,
  retention: Retention | undefined,
): string[] {
  const wanted = foldCounters(orders, retention);
  const violations: string[] = [];
  for (const row of sales) {
    const name = nameOfCounters(row);
    const fold = wanted.get(name);
    wanted.delete(name);
    if (mayHoldExpired(row.period, retention)) {
      const expired = subtractCounters(row, fold ?? zeroCounters());
      if (!isPossible(expired)) violations.push(`${name}: no expired orders add up to ${JSON.stringify(expired)}`);
    } else {
      const wrong = fold ? counterNames.filter((field) => row[field] !== fold[field]) : [];
      if (!fold) violations.push(`${name}: a counter row, but no event counts there`);
      for (const field of wrong) violations.push(`${name}: ${field} is ${row[field]}, the events say ${fold?.[field]}`);
    }
    if (!isExpiryRight(row)) violations.push(`${name}: expires at ${row.expiresAt}`);
  }
  return [...violations, ...[...wanted.keys()].map((name) => `${name}: the counter row is missing`)];
}

/** Totals never expire. A minute's row expires after its retention, give or take the minute. */
function isExpiryRight({ period, expiresAt }: SalesRow): boolean {
  if (expiresAt === undefined) return true;
  const lateSeconds = expiresAt - minuteExpiry(period);
  return lateSeconds >= 0 && lateSeconds < 60;
}
