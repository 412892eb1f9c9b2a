import type { Evidence } from './evidence.ts';
import { bucketOf, isFinal } from './rules.ts';
import type { ListEntry, OpenEntry, StoredOrder } from './snapshot.ts';
import type { CheckOptions } from './verdict.ts';

/** The sweeper finds each order that is not final, and no other; each customer's list holds the orders of that customer. */
export function findMisplacedEntries(evidence: Evidence, options: CheckOptions): string[] {
  const { open, listed } = evidence.snapshot;
  return [...(open ? checkOpenIndex(open, evidence, options) : []), ...(listed ? checkLists(listed, evidence) : [])];
}

function checkOpenIndex(open: readonly OpenEntry[], evidence: Evidence, options: CheckOptions): string[] {
  const violations: string[] = [];
  const found = new Set<string>();
  for (const entry of open) {
    const [order] = evidence.histories.get(entry.orderId)?.rows ?? [];
    const wrong = order ? findWrongEntry(entry, order, options) : findOrphan(entry, evidence);
    if (wrong) violations.push(`the index of open orders ${wrong}`);
    if (order?.acceptedAt !== entry.acceptedAt) continue;
    if (found.has(entry.orderId)) violations.push(`the index of open orders has order ${entry.orderId} twice`);
    found.add(entry.orderId);
  }
  for (const { orderId, state } of evidence.snapshot.orders)
    if (!isFinal(state) && !found.has(orderId))
      violations.push(`the index of open orders lacks order ${orderId}, which is ${state}`);
  return violations;
}

function findWrongEntry(
  { orderId, bucket, acceptedAt }: OpenEntry,
  order: StoredOrder,
  { unlistedBySweeps = false }: CheckOptions,
): string | undefined {
  if (bucket !== bucketOf(orderId)) return `has order ${orderId} in bucket ${bucket}, not ${bucketOf(orderId)}`;
  // A repeated request adds an entry at its own time, which stays until a sweep finds it.
  const isCurrent = acceptedAt === order.acceptedAt;
  return isCurrent && isFinal(order.state) && !unlistedBySweeps
    ? `has order ${orderId}, which is ${order.state}`
    : undefined;
}

/** A request lists its order first, and may die before it stores it. */
function findOrphan({ orderId }: OpenEntry, { requested, accepted }: Evidence): string | undefined {
  const known = requested.has(orderId) && !accepted.has(orderId);
  return known ? undefined : `has order ${orderId}, which does not exist`;
}

function checkLists(listed: readonly ListEntry[], { snapshot, histories, accepted }: Evidence): string[] {
  const violations: string[] = [];
  const found = new Set<string>();
  for (const { customer, orderId, acceptedAt } of listed) {
    const [order] = histories.get(orderId)?.rows ?? [];
    if (!order) violations.push(`the list of ${customer} has order ${orderId}, which does not exist`);
    else if (order.customer !== customer)
      violations.push(`the list of ${customer} has order ${orderId} of ${order.customer}`);
    else if (Date.parse(order.acceptedAt) !== Date.parse(acceptedAt))
      violations.push(`the list of ${customer} has order ${orderId} at ${acceptedAt}, not ${order.acceptedAt}`);
    else found.add(orderId);
  }
  // Listed before the 202, but after the row: without an answer it may be missing.
  for (const { orderId, customer } of snapshot.orders)
    if (accepted.has(orderId) && !found.has(orderId)) violations.push(`the list of ${customer} lacks order ${orderId}`);
  return violations;
}
