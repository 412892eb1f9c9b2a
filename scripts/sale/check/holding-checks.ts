import type { Evidence } from './evidence.ts';
import { isExpired } from './retention.ts';
import { ownsUnits } from './rules.ts';
import type { ClientRecord, Holding, Snapshot, StoredOrder } from './snapshot.ts';
import { Sums } from './sums.ts';
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
  const ownerless = sumOwnerless(groups, holdings);
  const violations = [
    ...findWrongHoldings(ownerless, evidence),
    ...findUnknownLimits(snapshot, clients),
    ...orders.flatMap((order) => findWrongMarks(order)),
  ];
  for (const [name, own] of groups) {
    violations.push(...findAboveLimit(name, own));
    const rivals = own.filter(({ allocation }) => allocation.length > 0).map((order) => toRival(order, histories));
    const expired = Math.max(0, ownerless.get(name)?.units ?? 0);
    for (const order of own)
      if (order.reason === 'LIMIT_REACHED')
        violations.push(...findUnjustified(order, rivals, { expired, evidence }, options));
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

interface Ownerless {
  readonly sku: string;
  /** Negative: the holding lacks units. */
  readonly units: number;
  readonly text: string;
}

/** Units of each holding beyond those of its present orders, by name. */
function sumOwnerless(
  groups: ReadonlyMap<string, readonly Limited[]>,
  holdings: readonly Holding[],
): ReadonlyMap<string, Ownerless> {
  const stored = new Map(holdings.map((holding) => [nameOf(holding), holding]));
  return new Map(
    [...new Set([...groups.keys(), ...stored.keys()])].map((name) => {
      const own = groups.get(name) ?? [];
      const held = unitsOf(own.filter(({ state }) => ownsUnits(state)));
      const { units = 0, sku = own[0]?.sku ?? '' } = stored.get(name) ?? {};
      return [name, { sku, units: units - held, text: `the holding has ${units} units, the orders ${held}` }];
    }),
  );
}

/** Each holding is the sum of its orders. Where orders expire, it keeps the units of the expired ones. */
function findWrongHoldings(
  ownerless: ReadonlyMap<string, Ownerless>,
  { snapshot: { holdings, retention }, expiredUnits }: Evidence,
): string[] {
  const names = new Set(holdings.map(nameOf));
  const twice = names.size < holdings.length ? ['a holding is stored twice'] : [];
  const isWrong = ({ units }: Ownerless) => (retention ? units < 0 : units !== 0);
  const wrong = [...ownerless].filter(([, one]) => isWrong(one)).map(([name, { text }]) => `${name}: ${text}`);
  if (!retention) return [...twice, ...wrong];
  const expired = new Sums();
  for (const { sku, units } of ownerless.values()) expired.add(sku, units);
  const tooMany = [...expired.names()]
    .filter((sku) => expired.of(sku) > expiredUnits.of(sku))
    .map((sku) => `${sku}: holdings keep ${expired.of(sku)} units of ${expiredUnits.of(sku)} in expired orders`);
  return [...twice, ...wrong, ...tooMany];
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
  { expired, evidence: { snapshot } }: { readonly expired: number; readonly evidence: Evidence },
  { stampedEarlierMs = 0 }: CheckOptions,
): string[] {
  const highest = snapshot.highest?.get(order.orderId);
  // A rival that was cancelled meanwhile may have expired.
  if (highest === undefined && isExpired(order.acceptedAt, snapshot.retention)) return [];
  const from = Date.parse(order.acceptedAt) - stampedEarlierMs;
  const to = Date.parse(order.changedAt);
  const live = rivals.filter(({ confirmedMs, cancelledMs }) => confirmedMs <= to && cancelledMs >= from);
  const units = highest ?? unitsOf(live) + expired;
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
  const history = histories.get(orderId);
  const stampOf = (state: string) => {
    const event = history?.events.find(({ order }) => order.state === state);
    return event ? Date.parse(event.order.changedAt) : undefined;
  };
  const { POSITIVE_INFINITY: never, NEGATIVE_INFINITY: always } = Number;
  const confirmedMs = stampOf('CONFIRMED') ?? (history?.isCut ? always : never);
  return { quantity, confirmedMs, cancelledMs: stampOf('CANCELLED') ?? never };
}
