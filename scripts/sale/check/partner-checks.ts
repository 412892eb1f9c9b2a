import { type Evidence, type History, isStopped, wasHandedOver } from './evidence.ts';
import type { BookEntry } from './snapshot.ts';
import type { Finding } from './verdict.ts';

/**
 * I8: the partner decided exactly once about each order handed over, and no other; each order ended as decided. Every
 * call was signed.
 */
export function checkPartner(evidence: Evidence): Finding {
  const { snapshot, histories } = evidence;
  const entries = Map.groupBy(snapshot.book ?? [], ({ orderId }) => orderId);
  const violations: string[] = [];
  if (snapshot.unsigned) violations.push(`the partner refused ${snapshot.unsigned} calls for their signature`);
  for (const [orderId, decisions] of entries) {
    if (decisions.length > 1) violations.push(`the partner decided ${decisions.length} times about order ${orderId}`);
    if (evidence.isGone(orderId)) continue;
    for (const entry of decisions) violations.push(...findDisagreement(entry, histories.get(orderId), evidence));
  }
  for (const history of histories.values())
    if (!entries.has(history.orderId)) violations.push(...findUndecided(history));
  return { checked: new Set([...histories.keys(), ...entries.keys()]).size, violations };
}

function findDisagreement(entry: BookEntry, history: History | undefined, evidence: Evidence): string[] {
  const { orderId, sku, quantity, state } = entry;
  const [order] = history?.rows ?? [];
  if (order?.sku !== sku || order.quantity !== quantity) {
    const ours = order ? `${order.quantity} ${order.sku}` : 'no order';
    return [`order ${orderId}: the partner has ${quantity} ${sku}, we have ${ours}`];
  }
  if (!wasHandedOver(history)) return [`order ${orderId} is in the partner's book, but was never handed over`];
  // The response was lost, and the message that would repeat the call is a dead letter.
  if (order.state === 'FULFILLING' && isStopped(order, evidence)) return [];
  const agreed = state === 'accepted' ? 'FULFILLED' : 'CANCELLED';
  return order.state === agreed ? [] : [`order ${orderId} is ${order.state}, but the partner ${state} it`];
}

/** An order that ended after it was handed over ended by a decision of the partner. */
function findUndecided(history: History): string[] {
  const { orderId, rows } = history;
  return rows
    .filter(({ state }) => state === 'FULFILLED' || (state === 'CANCELLED' && wasHandedOver(history)))
    .map(({ state }) => `order ${orderId} is ${state}, but the partner has no record of it`);
}
