import type { Evidence } from './evidence.ts';
import { expiryOf } from './retention.ts';
import { isFinal } from './rules.ts';

/**
 * Rows expire a fixed time after the transition that wrote them. An order that may still change stays, and so does its
 * guard, without which it would be counted twice.
 */
export function findWrongExpiries({ snapshot }: Evidence): string[] {
  const { retention, orders, events, counted } = snapshot;
  if (!retention) return [];
  const violations: string[] = [];
  const check = (row: string, found: number | undefined, endedAt: string | undefined) => {
    const wanted = endedAt === undefined ? undefined : expiryOf(endedAt, retention);
    if (found !== wanted) violations.push(`${row} expires at ${found}, must expire at ${wanted}`);
  };
  for (const { orderId, state, changedAt, expiresAt } of orders)
    check(`order ${orderId}, which is ${state},`, expiresAt, isFinal(state) ? changedAt : undefined);
  for (const { order, expiresAt } of events)
    check(`event ${order.version} of order ${order.orderId}`, expiresAt, order.changedAt);
  const ends = new Map(events.map(({ order }) => [`${order.orderId} ${order.version}`, order.changedAt]));
  for (const { orderId, version, state, expiresAt } of counted)
    check(`the guard of order ${orderId}`, expiresAt, isFinal(state) ? ends.get(`${orderId} ${version}`) : undefined);
  return violations;
}
