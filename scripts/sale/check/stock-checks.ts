import type { Evidence } from './evidence.ts';
import { isExpired } from './retention.ts';
import { ownsUnits, partOfSupply } from './rules.ts';
import type { ClientRecord, Snapshot, StoredOrder } from './snapshot.ts';
import { Sums } from './sums.ts';
import { findWrongTransfers } from './transfer-checks.ts';
import type { CheckOptions, Finding } from './verdict.ts';

/** I1: no product is sold beyond its supply. */
export function checkOversold({ snapshot: { products, orders, shards }, expiredUnits }: Evidence): Finding {
  const sold = new Sums();
  for (const { sku, state, quantity } of orders) if (ownsUnits(state)) sold.add(sku, quantity);
  const supplied = new Sums();
  for (const product of products) {
    supplied.add(product.sku, product.supplied);
    sold.add(product.sku, expiredUnits.of(product.sku));
  }
  const oversold = [...sold.names()]
    .filter((sku) => sold.of(sku) > supplied.of(sku))
    .map((sku) => `${sku}: ${sold.of(sku)} units confirmed of ${supplied.of(sku)} supplied`);
  const negative = shards.filter(({ left }) => left < 0).map(({ sku, shard, left }) => `${sku}#${shard}: ${left} left`);
  return { checked: products.length + shards.length, violations: [...oversold, ...negative] };
}

/** I4: each unit is on the shard that it was supplied to, or reserved by one order that names this shard. */
export function checkLeaks({ snapshot, clients, expiredUnits }: Evidence): Finding {
  const { products, orders, shards, supplies, retention } = snapshot;
  const reserved = sumReserved(orders);
  const levels = new Map(shards.map((level) => [`${level.sku}#${level.shard}`, level]));
  const violations: string[] = [];
  for (const [name, { left, allocated }] of levels) {
    const units = reserved.of(name);
    const isLost = retention ? left + units > allocated : left + units !== allocated;
    if (isLost) violations.push(`${name}: ${left} left + ${units} reserved, of ${allocated} supplied`);
  }
  for (const name of reserved.names())
    if (!levels.has(name)) violations.push(`${name}: ${reserved.of(name)} units reserved, but there is no such shard`);
  if (levels.size < shards.length) violations.push('a shard is stored twice');
  violations.push(...findUnknownShards(snapshot));
  if (retention) violations.push(...findUnexpired(snapshot, reserved, expiredUnits));
  violations.push(...findWrongParts(snapshot), ...findWrongTotals(snapshot), ...findUnsupplied(snapshot, clients));
  violations.push(...findWrongTransfers(snapshot));
  return { checked: shards.length + supplies.length + products.length, violations };
}

/** Units that no order reserves belong to expired orders, and these are in the totals of the views. */
function findUnexpired({ shards, products }: Snapshot, reserved: Sums, expiredUnits: Pick<Sums, 'of'>): string[] {
  const ownerless = new Sums();
  for (const { sku, shard, left, allocated } of shards)
    ownerless.add(sku, allocated - left - reserved.of(`${sku}#${shard}`));
  return [...new Set([...ownerless.names(), ...products.map(({ sku }) => sku)])]
    .filter((sku) => ownerless.of(sku) !== expiredUnits.of(sku))
    .map((sku) => `${sku}: ${ownerless.of(sku)} units without an order, ${expiredUnits.of(sku)} in expired orders`);
}

function sumReserved(orders: readonly StoredOrder[]): Sums {
  const reserved = new Sums();
  for (const { sku, state, allocation } of orders)
    if (ownsUnits(state)) for (const { shard, quantity } of allocation) reserved.add(`${sku}#${shard}`, quantity);
  return reserved;
}

function findUnknownShards({ products, shards }: Snapshot): string[] {
  const shardCounts = new Map(products.map(({ sku, shardCount }) => [sku, shardCount]));
  return shards
    .filter(({ sku, shard }) => shard >= (shardCounts.get(sku) ?? 0))
    .map(({ sku, shard }) => `${sku}#${shard}: no product has this shard`);
}

/** Each shard was allocated its part of each supply. A sum over all shards would miss errors of +1 and -1. */
function findWrongParts({ products, shards, supplies, transfers }: Snapshot): string[] {
  const shardCounts = new Map(products.map(({ sku, shardCount }) => [sku, shardCount]));
  const parts = new Sums();
  for (const { sku, quantity } of supplies) {
    const shardCount = shardCounts.get(sku) ?? 0;
    for (let shard = 0; shard < shardCount; shard++)
      parts.add(`${sku}#${shard}`, partOfSupply(quantity, shard, shardCount));
  }
  const allocated = new Sums();
  for (const { sku, shard, allocated: units, moved = 0 } of shards) allocated.add(`${sku}#${shard}`, units - moved);
  const moving = new Set([...(transfers?.sent ?? []), ...(transfers?.received ?? [])].map(({ sku }) => sku));
  return (
    [...new Set([...parts.names(), ...allocated.names()])]
      .filter((name) => parts.of(name) !== allocated.of(name))
      // A loan takes from the fullest shards, so that only the totals must agree.
      .filter((name) => !moving.has(name.slice(0, name.lastIndexOf('#'))))
      .map((name) => `${name}: ${allocated.of(name)} units allocated, its parts of the supplies are ${parts.of(name)}`)
  );
}

function findWrongTotals({ products, shards, supplies, transfers, suppliedElsewhere }: Snapshot): string[] {
  const [supplied, onShards, recorded, arrived] = [new Sums(), new Sums(), new Sums(), new Sums()];
  if (!suppliedElsewhere) for (const product of products) supplied.add(product.sku, product.supplied);
  for (const { sku, quantity } of transfers?.received ?? []) arrived.add(sku, quantity);
  for (const { sku, quantity } of transfers?.sent ?? []) arrived.add(sku, -quantity);
  for (const { sku, allocated } of shards) onShards.add(sku, allocated);
  for (const { sku, quantity } of supplies) recorded.add(sku, quantity);
  const stays = (sku: string) => onShards.of(sku) - arrived.of(sku);
  return [...new Set([supplied, onShards, recorded, arrived].flatMap((sums) => [...sums.names()]))]
    .filter((sku) => stays(sku) !== supplied.of(sku) || recorded.of(sku) !== supplied.of(sku))
    .map((sku) => `${sku}: ${supplied.of(sku)} supplied, ${stays(sku)} on shards, ${recorded.of(sku)} on record`);
}

/** Every answered restock is recorded, with the values of its answer. */
function findUnsupplied({ supplies }: Snapshot, { restocked = [], restocks }: ClientRecord): string[] {
  const recorded = new Map(supplies.map((supply) => [`${supply.sku} ${supply.key}`, supply]));
  const known = new Set([...restocked, ...(restocks ?? [])].map(({ sku, key }) => `${sku} ${key}`));
  const unknown = restocks ? supplies.filter(({ sku, key }) => !known.has(`${sku} ${key}`)) : [];
  const lost = restocked.flatMap(({ sku, key, quantity, at }) => {
    const supply = recorded.get(`${sku} ${key}`);
    if (supply?.quantity === quantity && supply.at === at) return [];
    const found = supply ? `${supply.quantity} at ${supply.at}` : 'nothing';
    return [`${sku}: the restock ${key} was answered with ${quantity} at ${at}, but ${found} is on record`];
  });
  return [...lost, ...unknown.map(({ sku, key }) => `${sku}: the restock ${key} was never requested`)];
}

/**
 * I7. After a rejection, stock grows only by returns and supplies. The final stock minus those gains was therefore
 * available at the rejection. If it could have served the order, the rejection was false.
 */
export function checkRejections({ snapshot }: Evidence, { stampedEarlierMs = 0 }: CheckOptions): Finding {
  const { orders, shards, lowest, retention } = snapshot;
  const left = new Sums();
  for (const shard of shards) left.add(shard.sku, shard.left);
  const gains = gatherGains(snapshot);
  const violations: string[] = [];
  for (const { orderId, sku, quantity, state, reason, changedAt } of orders) {
    // I11 judges rejections by the limit.
    if (state !== 'REJECTED' || reason === 'LIMIT_REACHED') continue;
    const since = Date.parse(changedAt) - stampedEarlierMs;
    // The cancels of that time may have expired.
    if (!lowest && isExpired(new Date(since).toISOString(), retention)) continue;
    const least = lowest?.get(orderId) ?? left.of(sku) - gainedSince(gains.get(sku) ?? [], since);
    if (least >= quantity)
      violations.push(`order ${orderId} of ${quantity} was rejected, but ${least} units were available throughout`);
  }
  return { checked: orders.length, violations };
}

/**
 * Arrival times are not recorded. After an outage of a minute, the sweeper completes pending transfers within this
 * time.
 */
const transfersArriveWithinMs = 150_000;

/** Units gained at a time or later, by time. */
interface Gain {
  readonly atMs: number;
  units: number;
}

function gatherGains({ orders, supplies, transfers }: Snapshot): ReadonlyMap<string, readonly Gain[]> {
  const all = [
    ...orders
      .filter(({ state }) => state === 'CANCELLED')
      .map(({ sku, changedAt, allocation }) => ({
        sku,
        atMs: Date.parse(changedAt),
        units: allocation.reduce((sum, part) => sum + part.quantity, 0),
      })),
    ...supplies.map(({ sku, at, quantity }) => ({ sku, atMs: Date.parse(at), units: quantity })),
    ...(transfers?.received ?? []).map(({ sku, at, quantity }) => ({
      ...{ sku, units: quantity },
      atMs: Date.parse(at) + transfersArriveWithinMs,
    })),
  ];
  const bySku = Map.groupBy(all, ({ sku }) => sku);
  for (const gains of bySku.values()) {
    gains.sort((a, b) => a.atMs - b.atMs);
    let later = 0;
    for (const gain of gains.toReversed()) gain.units = later += gain.units;
  }
  return bySku;
}

/** Binary search: a sold-out sale has as many rejections as gains. */
function gainedSince(gains: readonly Gain[], sinceMs: number): number {
  let [low, high] = [0, gains.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((gains[middle]?.atMs ?? 0) < sinceMs) low = middle + 1;
    else high = middle;
  }
  return gains[low]?.units ?? 0;
}
