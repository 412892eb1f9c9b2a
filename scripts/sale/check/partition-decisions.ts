import { isDeepStrictEqual } from 'node:util';
import { decisionRow, type OrderRow } from '../../../functions/adapters/single-partition/rows.ts';
import type { RawRow, Strays } from './strays.ts';

interface Decision {
  readonly row: RawRow;
  readonly sku: string;
  readonly shard: number;
  readonly orderId: string;
  readonly attempt: number;
}

/**
 * An order's row names the only shard that may hold its decision. Each shard that the order left holds a tombstone. In
 * a quiet system the row equals the decision.
 */
export function checkDecisions(rows: readonly RawRow[], orders: readonly OrderRow[], strays: Strays): void {
  const found = rows.flatMap((row) => parseDecision(row, strays) ?? []);
  const byOrder = Map.groupBy(found, ({ orderId }) => orderId);
  const known = new Set<string>();
  for (const order of orders) {
    const { orderId } = order.order;
    known.add(orderId);
    checkOrder(order, byOrder.get(orderId) ?? [], strays);
  }
  for (const { row, orderId } of found)
    if (!known.has(orderId)) strays.add(row, 'decides an order that does not exist');
}

function parseDecision(row: RawRow, strays: Strays): Decision | undefined {
  const [, sku = '', shard, orderId = '', attempt] =
    /^STOCK\|([^|]+)\|(\d+) DECISION\|([^|]+)\|(\d+)$/.exec(row.row) ?? [];
  const content = strays.parseOne(row, decisionRow, () => row.row);
  if (content && attempt === undefined) strays.add(row, 'names no order');
  if (!content || attempt === undefined) return undefined;
  return { row: { ...row, content }, sku, shard: Number(shard), orderId, attempt: Number(attempt) };
}

function checkOrder(stored: OrderRow, decisions: readonly Decision[], strays: Strays): void {
  const { order, home } = stored;
  const atHome = decisions.filter(({ attempt }) => attempt === home.attempt);
  for (const decision of decisions) {
    const reason = reasonAgainst(stored, decision);
    if (reason) strays.add({ row: decision.row.row, content: order }, reason);
  }
  const attempts = new Set(decisions.map(({ attempt }) => attempt));
  const left = Array.from({ length: home.attempt }, (_, attempt) => attempt).filter(
    (attempt) => !attempts.has(attempt),
  );
  const row = { row: `ORDER|${order.orderId} ORDER`, content: order };
  if (left.length > 0) strays.add(row, `left a shard without a tombstone at attempt ${left.join()}`);
  if (order.version > 1 && atHome.length === 0) strays.add(row, 'has no decision at its home');
}

function reasonAgainst({ order, home }: OrderRow, { row, sku, shard, attempt }: Decision): string | undefined {
  const decision = row.content as { readonly kind: string; readonly change?: object };
  if (sku !== order.sku) return `decides order ${order.orderId} of ${order.sku}`;
  if (attempt > home.attempt) return `is ahead of the order's home, attempt ${home.attempt}`;
  if (attempt < home.attempt)
    return decision.kind === 'MOVED' ? undefined : `decides at attempt ${attempt}, not at home`;
  if (shard !== home.shard) return `is on shard ${shard}, the order's home is ${home.shard}`;
  if (decision.kind === 'MOVED') return order.version > 1 ? 'is a tombstone, but the order is decided' : undefined;
  const { state, version, allocation, held, reason, changedAt } = order;
  const change = { state, version, allocation, ...(held && { held }), ...(reason && { reason }), changedAt };
  if (isDeepStrictEqual(decision.change, change)) return undefined;
  return `decides ${JSON.stringify(decision.change)}, but the order is ${state} at version ${version}`;
}
