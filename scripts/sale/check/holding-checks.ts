import type { Evidence } from './evidence.ts';
import { ownsUnits } from './rules.ts';
import type { ClientRecord, Holding, Snapshot, StoredOrder } from './snapshot.ts';
import type { CheckOptions, Finding } from './verdict.ts';

/** Orders of one customer for one product that were accepted under a limit. */
type Limited = StoredOrder & { readonly limitPerCustomer: number };

/**
 * I11: no customer holds more than the limit, each holding is the sum of its orders, and an order is rejected by its
 * limit only if the customer held too much then. Each order is held to the limit that it was accepted under.
 */
export function checkLimits(evidence: Evidence, options: CheckOptions): Finding {
  const { snapshot, clients, histories } = evidence;
  const { orders, holdings } = snapshot;
  const groups = Map.groupBy(orders.filter(isLimited), nameOf);
  const violations = [
    ...findWrongHoldings(groups, holdings),
    ...findUnknownLimits(snapshot, clients),
    ...orders.flatMap((order) => findWrongMarks(order)),
  ];
  for (const [name, own] of groups) {
    violations.push(...findAboveLimit(name, own));
    const rivals = own.filter(({ allocation }) => allocation.length > 0).map((order) => toRival(order, histories));
    for (const order of own)
      if (order.reason === 'LIMIT_REACHED')
        violations.push(...findUnjustified(order, rivals, snapshot.highest?.get(order.orderId), options));
  }
  return { checked: orders.length + holdings.length, violations };
}

function isLimited(order: StoredOrder): order is Limited {
  return order.limitPerCustomer !== undefined;
}

// No sku has a space, and the customer comes last.
const nameOf = ({ sku, customer }: Pick<Holding, 'sku' | 'customer'>) => `${sku} of ${customer}`;

const unitsOf = (orders: readonly { readonly quantity: number }[]) =>
  orders.reduce((sum, { quantity }) => sum + quantity, 0);

function findWrongHoldings(groups: ReadonlyMap<string, readonly Limited[]>, holdings: readonly Holding[]): string[] {
  const stored = new Map(holdings.map((holding) => [nameOf(holding), holding.units]));
  const twice = stored.size < holdings.length ? ['a holding is stored twice'] : [];
  const wrong = [...new Set([...groups.keys(), ...stored.keys()])].flatMap((name) => {
    const held = unitsOf((groups.get(name) ?? []).filter(({ state }) => ownsUnits(state)));
    const units = stored.get(name) ?? 0;
    return units === held ? [] : [`${name}: the holding has ${units} units, the orders ${held}`];
  });
  return [...twice, ...wrong];
}

/** Cancels only lower the sum, so it never exceeds the limit of the last confirmed order: at most the highest one. */
function findAboveLimit(name: string, own: readonly Limited[]): string[] {
  const live = own.filter(({ state }) => ownsUnits(state));
  const [units, limit] = [unitsOf(live), Math.max(0, ...live.map(({ limitPerCustomer }) => limitPerCustomer))];
  const excess = units > limit ? [`${name}: holds ${units} units, its limit is ${limit}`] : [];
  const large = own.filter(({ quantity, limitPerCustomer }) => quantity > limitPerCustomer);
  return [
    ...excess,
    ...large.map((order) => `order ${order.orderId} asks for ${order.quantity} of ${order.limitPerCustomer} units`),
  ];
}

/** A confirmed order under a limit is marked as held, until the end; no other order is. */
function findWrongMarks({ orderId, state, limitPerCustomer, held, reason, allocation }: StoredOrder): string[] {
  const should = limitPerCustomer !== undefined && allocation.length > 0;
  const wrong = [];
  if (should !== (held === true)) wrong.push(`order ${orderId} is ${should ? 'not ' : ''}marked as held`);
  if (reason !== undefined && state !== 'REJECTED') wrong.push(`order ${orderId} is ${state}, and names ${reason}`);
  if (reason === 'LIMIT_REACHED' && limitPerCustomer === undefined)
    wrong.push(`order ${orderId} has no limit, and was rejected by one`);
  return wrong;
}

/** An order's limit is one that its product had, if every version of the product is known. */
function findUnknownLimits({ products, orders }: Snapshot, { put = [] }: ClientRecord): string[] {
  const known = Map.groupBy([...put, ...products], ({ sku }) => sku);
  const current = new Map(products.map((product) => [product.sku, product.version]));
  return orders
    .filter(({ sku, limitPerCustomer }) => {
      const versions = known.get(sku) ?? [];
      if (new Set(versions.map(({ version }) => version)).size !== current.get(sku)) return false;
      return !versions.some((version) => version.limitPerCustomer === limitPerCustomer);
    })
    .map(({ orderId, sku, limitPerCustomer: limit }) => `order ${orderId} has the limit ${limit}, ${sku} never had it`);
}

/**
 * Counts every other order that may have been live when the limit was checked: after this order was accepted, and
 * before it was stamped as rejected. A simulation that observes every write knows the exact number.
 */
function findUnjustified(
  order: Limited,
  rivals: readonly Rival[],
  highest: number | undefined,
  { stampedEarlierMs = 0 }: CheckOptions,
): string[] {
  const from = Date.parse(order.acceptedAt) - stampedEarlierMs;
  const to = Date.parse(order.changedAt);
  const live = rivals.filter(({ confirmedMs, cancelledMs }) => confirmedMs <= to && cancelledMs >= from);
  const units = highest ?? unitsOf(live);
  if (units + order.quantity > order.limitPerCustomer) return [];
  return [
    `order ${order.orderId} of ${order.quantity} was rejected by its limit of ${order.limitPerCustomer}, ` +
      `but its customer held at most ${units}`,
  ];
}

/** An order that was confirmed, and the timestamps of its time with its customer. */
interface Rival {
  readonly quantity: number;
  readonly confirmedMs: number;
  readonly cancelledMs: number;
}

function toRival({ orderId, quantity }: StoredOrder, histories: Evidence['histories']): Rival {
  const stampOf = (state: string) => {
    const event = histories.get(orderId)?.events.find(({ order }) => order.state === state);
    return event ? Date.parse(event.order.changedAt) : Number.POSITIVE_INFINITY;
  };
  return { quantity, confirmedMs: stampOf('CONFIRMED'), cancelledMs: stampOf('CANCELLED') };
}
