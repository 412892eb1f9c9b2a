import { isDeepStrictEqual } from 'node:util';
import type { Product } from '../../../functions/domain/product.ts';
import type { Allocation } from '../../../functions/domain/stock.ts';
import type { Evidence, History } from './evidence.ts';
import { findWrongExpiries } from './expiry-checks.ts';
import { findMisplacedEntries } from './index-checks.ts';
import { isExpired } from './retention.ts';
import { eventTypes, nextStates, requestHashesOf } from './rules.ts';
import type { StoredOrder } from './snapshot.ts';
import type { CheckOptions, Finding } from './verdict.ts';

/** I10: events without gaps, by legal transitions; rows that equal their last event; index entries that agree. */
export function checkRows(evidence: Evidence, options: CheckOptions): Finding {
  const { snapshot, histories } = evidence;
  const { orders, events, open = [], listed = [], strays = [], published = [] } = snapshot;
  const products = new Map(snapshot.products.map((product) => [product.sku, product]));
  const violations = strays.map(({ row, reason }) => `row ${row} ${reason}`);
  for (const history of histories.values()) {
    const [order] = history.rows;
    const wrong = order ? findWrong(order, history, products.get(order.sku)) : ['has events, and no row'];
    violations.push(...wrong.map((text) => `order ${history.orderId} ${text}`));
  }
  violations.push(...findMisplacedEntries(evidence, options), ...findMadeUp(evidence), ...findUnlikeAnswers(evidence));
  violations.push(...findWrongExpiries(evidence));
  const entries = open.length + listed.length + strays.length + published.length;
  return { checked: orders.length + events.length + entries, violations };
}

function findWrong(order: StoredOrder, history: History, product: Product | undefined): string[] {
  const last = foldEvents(order, history);
  const violations = [...last.violations, ...findWrongRow(order, last)];
  if (product?.shardCount !== order.shardCount)
    violations.push(
      `counts ${order.shardCount} shards, its product ${order.sku} has ${product?.shardCount ?? 'no row'}`,
    );
  // Revenue is one sum per product, so all its orders need one currency.
  if (product && product.currency !== order.currency)
    violations.push(`costs ${order.currency}, its product ${order.sku} is sold in ${product.currency}`);
  if (order.requestHash !== undefined && !requestHashesOf(order).includes(order.requestHash))
    violations.push('has a request hash of another request');
  return violations;
}

/** State of an order as its events add up to. */
interface Fold extends Pick<StoredOrder, 'state' | 'version' | 'allocation' | 'held' | 'reason' | 'changedAt'> {
  readonly violations: readonly string[];
}

const fixed = [
  ...(['customer', 'sku', 'quantity', 'unitPrice', 'currency'] as const),
  ...(['shardCount', 'limitPerCustomer', 'acceptedAt'] as const),
] as const;

/** An order before its first present event. What expired events said is taken from the next one, or from the row. */
function toFirst(order: StoredOrder, { events: [first], isCut }: History): Omit<Fold, 'violations'> {
  if (!isCut) return { state: 'PENDING', version: 1, allocation: [], changedAt: order.acceptedAt };
  if (!first) return order;
  const { version, state: next, allocation, held, changedAt } = first.order;
  const state = version === 3 ? 'CONFIRMED' : 'FULFILLING';
  const before = { version: version - 1, state, changedAt, reason: undefined } as const;
  return next === 'CONFIRMED' ? { ...before, allocation: [], held: undefined } : { ...before, allocation, held };
}

function foldEvents(order: StoredOrder, history: History): Fold {
  const { events, isCut } = history;
  const violations: string[] = [];
  let last = toFirst(order, history);
  const cutParts = isCut ? findWrongParts(events[0]?.order ?? { ...order }) : undefined;
  if (cutParts) violations.push(`${cutParts} before its first event`);
  for (const { type, order: next } of events) {
    const { state, version, allocation, held, reason, changedAt } = next;
    if (version !== last.version + 1) violations.push(`has event ${version} after version ${last.version}`);
    if (!nextStates[last.state].includes(state)) violations.push(`went from ${last.state} to ${state}`);
    if (type !== eventTypes[state]) violations.push(`has event ${version} of type ${type} for ${state}`);
    for (const field of fixed)
      if (next[field] !== order[field])
        violations.push(`has ${field} ${order[field]}, and ${next[field]} in event ${version}`);
    const wrong = state === 'CONFIRMED' ? findWrongParts(next) : findChanged(last.allocation, allocation);
    if (wrong) violations.push(`${wrong} in event ${version}`);
    if (state !== 'CONFIRMED' && held !== last.held) violations.push(`is held: ${held} in event ${version}`);
    last = { state, version, allocation, held, reason, changedAt };
  }
  return { ...last, violations };
}

/** Only a confirmation chooses shards, each of them once. Together they hold all units of the order. */
function findWrongParts({
  allocation,
  quantity,
  shardCount,
}: Pick<StoredOrder, 'allocation' | 'quantity' | 'shardCount'>): string | undefined {
  const units = allocation.reduce((sum, part) => sum + part.quantity, 0);
  if (units !== quantity) return `reserved ${units} of ${quantity} units`;
  const shards = new Set(allocation.map(({ shard }) => shard));
  if (shards.size < allocation.length) return 'names a shard twice';
  return allocation.some(({ shard }) => shard >= shardCount) ? 'names a shard beyond its product' : undefined;
}

function findChanged(before: Allocation, after: Allocation): string | undefined {
  return areEqual(before, after) ? undefined : 'changed its allocation';
}

function areEqual(one: Allocation, other: Allocation): boolean {
  return (
    one.length === other.length &&
    one.every(({ shard, quantity }, index) => other[index]?.shard === shard && other[index]?.quantity === quantity)
  );
}

function findWrongRow(order: StoredOrder, fold: Fold): string[] {
  const wrong = (['state', 'version', 'held', 'reason', 'changedAt'] as const)
    .filter((field) => order[field] !== fold[field])
    .map((field) => `has ${field} ${order[field]}, its events say ${fold[field]}`);
  return areEqual(order.allocation, fold.allocation) ? wrong : [...wrong, 'has another allocation than its events'];
}

const details = ['name', 'unitPrice', 'currency', 'limitPerCustomer', 'changedAt'] as const;

/** Each product equals the answer to its last PUT, unless a later PUT got no answer. */
function findUnlikeAnswers({ snapshot: { products }, clients: { put = [] } }: Evidence): string[] {
  const stored = new Map(products.map((product) => [product.sku, product]));
  return put.flatMap((answer) => {
    const { sku, version } = answer;
    const row = stored.get(sku);
    if (row && row.version > version) return [];
    if (row?.version !== version) return [`product ${sku} was answered at version ${version}, and has ${row?.version}`];
    return details
      .filter((field) => row[field] !== answer[field])
      .map((field) => `product ${sku} was answered with ${field} ${answer[field]}, and has ${row[field]}`);
  });
}

/** Every event on the bus must be a stored event. */
function findMadeUp({ snapshot: { published = [], retention }, histories, isGone }: Evidence): string[] {
  return published
    .filter(({ type, order }) => {
      const mayBeGone = isGone(order.orderId) || histories.get(order.orderId)?.isCut;
      if (mayBeGone && isExpired(order.changedAt, retention)) return false;
      const { events } = histories.get(order.orderId) ?? ({ events: [] } as Pick<History, 'events'>);
      return !events.some((event) => event.type === type && isDeepStrictEqual(event.order, order));
    })
    .map(({ type, order }) => `the bus carried ${type} ${order.version} of ${order.orderId}, which is not stored`);
}
