import type { OrderEvent } from '../../../functions/contracts/order-event.ts';
import { isSold, type Order } from '../../../functions/domain/order.ts';
import { addSales, minuteOf, noSales, type Sales, salesFields, salesOf } from '../../../functions/domain/sales.ts';
import { type BookEntry, type ClientRecord, isUnfinished, type Snapshot } from './snapshot.ts';

export interface Verdict {
  readonly id: 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I7' | 'I8';
  readonly text: string;
  /** Number of items checked. Zero proves nothing, so the invariant does not hold. */
  readonly checked: number;
  /** Empty if it holds. */
  readonly violations: readonly string[];
}

export function holds(verdict: Verdict): boolean {
  return verdict.checked > 0 && verdict.violations.length === 0;
}

export interface CheckOptions {
  /**
   * Maximum time between the timestamp of a change and its commit, while calls are retried or delayed. I7 treats stock
   * stamped within this time before a rejection as not yet available. Default 0.
   */
  readonly stampedEarlierMs?: number;
}

/** For a busy machine: one SDK call takes up to its limit of 3 s. */
export const slowCalls: CheckOptions = { stampedEarlierMs: 3_000 };

/** For failing calls: an SDK call takes three attempts of 3 s plus pauses. */
export const retriedCalls: CheckOptions = { stampedEarlierMs: 10_000 };

/** The invariants of a quiet system. Demo, tests, load and drills all use this list. */
export function checkInvariants(
  snapshot: Snapshot,
  clients: ClientRecord,
  { stampedEarlierMs = 0 }: CheckOptions = {},
): readonly Verdict[] {
  return [
    notOversold(snapshot),
    onceOnly(snapshot, clients),
    nothingLost(snapshot, clients),
    nothingLeaks(snapshot),
    viewsEqualEvents(snapshot),
    nothingForeign(clients),
    noFalseRejection(snapshot, stampedEarlierMs),
    ...(snapshot.book ? [bookAgrees(snapshot, snapshot.book)] : []),
  ];
}

function notOversold({ products, orders, shards }: Snapshot): Verdict {
  const violations = products.flatMap(({ sku, supplied }) => {
    const sold = reservedUnits(orders, sku);
    return sold > supplied ? [`${sku}: ${sold} units confirmed of ${supplied} supplied`] : [];
  });
  const negative = shards
    .filter((shard) => shard.left < 0)
    .map(({ sku, shard, left }) => `${sku}#${shard}: ${left} left`);
  return verdict('I1', 'never oversold: confirmed <= supplied', products.length, [...violations, ...negative]);
}

function onceOnly({ orders, events }: Snapshot, { accepted }: ClientRecord): Verdict {
  const violations: string[] = [];
  const idOfKey = new Map<string, string>();
  const keyOfId = new Map<string, string>();
  for (const { customer, key, orderId } of accepted) {
    const name = `${customer} ${key}`;
    const first = idOfKey.get(name) ?? orderId;
    if (first !== orderId) violations.push(`key ${name} made ${first} and ${orderId}`);
    idOfKey.set(name, first);
    const other = keyOfId.get(orderId) ?? name;
    if (other !== name) violations.push(`keys ${other} and ${name} made one order ${orderId}`);
    keyOfId.set(orderId, other);
  }
  const confirmations = Map.groupBy(
    events.filter((event) => event.type === 'OrderConfirmed'),
    (event) => event.order.orderId,
  );
  for (const [orderId, twice] of confirmations) {
    if (twice.length > 1) violations.push(`order ${orderId} was confirmed ${twice.length} times`);
  }
  for (const order of orders) {
    const units = order.allocation.reduce((sum, part) => sum + part.quantity, 0);
    if (isSold(order) && units !== order.quantity) {
      violations.push(`order ${order.orderId} of ${order.quantity} reserved ${units}`);
    }
  }
  return verdict('I2', 'one key: one order, at most one reservation', orders.length, violations);
}

function nothingLost(snapshot: Snapshot, { accepted }: ClientRecord): Verdict {
  const { orders, deadLetters } = snapshot;
  const stored = new Map(orders.map((order) => [order.orderId, order]));
  const ids = new Set(accepted.map(({ orderId }) => orderId));
  const violations = [...ids].flatMap((orderId) => {
    const order = stored.get(orderId);
    if (order && !isUnfinished(order, snapshot)) return [];
    if (deadLetters.some((body) => body.includes(orderId))) return [];
    return [`order ${orderId} got a 202 and is ${order?.state ?? 'missing'}`];
  });
  return verdict('I3', 'every 202 reaches an end or a dead-letter queue', ids.size, violations);
}

function nothingLeaks({ products, orders, shards, supplies }: Snapshot): Verdict {
  const violations: string[] = [];
  for (const { sku, shard, left, allocated } of shards) {
    const reserved = confirmedOf(orders, sku)
      .flatMap((order) => order.allocation)
      .filter((part) => part.shard === shard)
      .reduce((sum, part) => sum + part.quantity, 0);
    if (left + reserved !== allocated) {
      violations.push(`${sku}#${shard}: ${left} left + ${reserved} reserved, of ${allocated} supplied`);
    }
  }
  for (const { sku, supplied } of products) {
    const allocated = sum(shards.filter((shard) => shard.sku === sku).map((shard) => shard.allocated));
    const recorded = sum(supplies.filter((supply) => supply.sku === sku).map((supply) => supply.quantity));
    if (allocated !== supplied || recorded !== supplied) {
      violations.push(`${sku}: ${supplied} supplied, ${allocated} on shards, ${recorded} on record`);
    }
  }
  return verdict('I4', 'nothing leaks: left + reserved = supplied', shards.length, violations);
}

function viewsEqualEvents({ orders, events, counted, sales }: Snapshot): Verdict {
  const violations: string[] = [];
  const latest = new Map<string, OrderEvent['order']>();
  for (const { order } of events) {
    if ((latest.get(order.orderId)?.version ?? 0) < order.version) latest.set(order.orderId, order);
  }
  for (const order of orders) {
    const version = latest.get(order.orderId)?.version ?? 1;
    if (order.version !== version)
      violations.push(`order ${order.orderId} has version ${order.version}, its events ${version}`);
  }
  const seen = new Map(counted.map((row) => [row.orderId, row.version]));
  for (const { orderId, version } of latest.values()) {
    if (seen.get(orderId) !== version)
      violations.push(`order ${orderId}: version ${version}, counted ${seen.get(orderId)}`);
  }
  const folded = foldSales([...latest.values()]);
  const stored = new Map(sales.map((row) => [`${row.sku} ${row.period}`, row]));
  for (const name of new Set([...folded.keys(), ...stored.keys()])) {
    const [fold, row] = [folded.get(name) ?? noSales, stored.get(name) ?? noSales];
    const wrong = salesFields.filter((field) => fold[field] !== row[field]);
    violations.push(...wrong.map((field) => `${name}: ${field} is ${row[field]}, the events say ${fold[field]}`));
  }
  return verdict('I5', 'views equal the fold of the events', latest.size, violations);
}

function nothingForeign({ foreignAttempts, foreignAnswers }: ClientRecord): Verdict {
  return verdict('I6', "no answer shows another customer's data", foreignAttempts, foreignAnswers);
}

/**
 * After a rejection, stock grows only by returns and supplies. The final stock minus those gains was therefore there at
 * the rejection. If it could have served the order, the rejection was false.
 */
function noFalseRejection({ orders, shards, supplies, lowest }: Snapshot, stampedEarlierMs: number): Verdict {
  const rejected = orders.filter((order) => order.state === 'REJECTED');
  const violations = rejected.flatMap((order) => {
    const since = new Date(Date.parse(order.changedAt) - stampedEarlierMs).toISOString();
    const left = sum(shards.filter((shard) => shard.sku === order.sku).map((shard) => shard.left));
    const returned = orders.filter(
      (other) => other.sku === order.sku && other.state === 'CANCELLED' && other.changedAt >= since,
    );
    const supplied = supplies.filter((supply) => supply.sku === order.sku && supply.at >= since);
    const gains = sum([...returned, ...supplied].map((gain) => gain.quantity));
    const least = lowest?.get(order.orderId) ?? left - gains;
    return least >= order.quantity
      ? [`order ${order.orderId} of ${order.quantity} was rejected, but ${least} units were available throughout`]
      : [];
  });
  return verdict('I7', 'rejected only if the stock could not serve it', orders.length, violations);
}

/** In a quiet system exactly those orders are fulfilled that the partner accepted. */
function bookAgrees({ orders, deadLetters }: Snapshot, book: readonly BookEntry[]): Verdict {
  const byId = new Map(orders.map((order) => [order.orderId, order]));
  const entries = Map.groupBy(book, ({ orderId }) => orderId);
  const violations = [...entries].flatMap(([orderId, decisions]) => {
    const order = byId.get(orderId);
    if (decisions.length > 1) return [`the partner decided ${decisions.length} times about order ${orderId}`];
    return decisions.flatMap(({ sku, quantity, state }) => {
      if (order?.sku !== sku || order.quantity !== quantity)
        return [
          `order ${orderId}: the partner has ${quantity} ${sku}, we have ${order ? `${order.quantity} ${order.sku}` : 'no order'}`,
        ];
      // The response was lost, and the message that would ask again is a dead letter.
      if (order.state === 'FULFILLING' && deadLetters.some((body) => body.includes(orderId))) return [];
      const agreed = state === 'accepted' ? 'FULFILLED' : 'CANCELLED';
      return order.state === agreed ? [] : [`order ${orderId} is ${order.state}, but the partner ${state} it`];
    });
  });
  for (const { orderId, state } of orders)
    if (state === 'FULFILLED' && !entries.has(orderId))
      violations.push(`order ${orderId} is FULFILLED, but the partner does not know it`);
  return verdict('I8', 'the partner accepted each fulfilled order once, and no other', orders.length, violations);
}

function foldSales(orders: readonly Pick<Order, 'sku' | 'acceptedAt' | 'state' | 'quantity' | 'unitPrice'>[]) {
  const folded = new Map<string, Sales>();
  for (const order of orders) {
    for (const period of ['TOTAL', minuteOf(order.acceptedAt)]) {
      const name = `${order.sku} ${period}`;
      folded.set(name, addSales(folded.get(name) ?? noSales, salesOf(order)));
    }
  }
  return folded;
}

function confirmedOf(orders: readonly Order[], sku: string): readonly Order[] {
  return orders.filter((order) => order.sku === sku && isSold(order));
}

function reservedUnits(orders: readonly Order[], sku: string): number {
  return sum(confirmedOf(orders, sku).map((order) => order.quantity));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function verdict(id: Verdict['id'], text: string, checked: number, violations: readonly string[]): Verdict {
  return { id, text, checked, violations };
}
