import { holdingKey, stockKey } from '../../../functions/adapters/aws/keys.ts';
import { holdingRow, stockRow } from '../../../functions/contracts/rows.ts';
import { isSold, type Order } from '../../../functions/domain/order.ts';
import type { Retention } from '../../sale/check/retention.ts';
import type { ExpiredUnits, Supplies } from './mend-stock.ts';
import type { Difference, Row } from './rows.ts';

/** What only the totals of the views say about orders that are older than the retention. */
export interface ExpiredOrders {
  readonly retention: Retention;
  /** Units that these orders own, by product. */
  readonly units: ReadonlyMap<string, number>;
}

const none: ExpiredUnits & { readonly differences: readonly Difference[] } = {
  ...{ shards: new Map(), holdings: new Map(), differences: [] },
};

/**
 * The totals say how many units each product's expired orders own, and not from which shard. The stored levels tell the
 * shards, as far as they agree: any shard with room may keep the rest.
 */
export function splitExpired(
  expired: ExpiredOrders | undefined,
  { stock, allocated, products }: Supplies,
  orders: readonly Order[],
): typeof none {
  if (!expired) return none;
  const reserved = sumReserved(orders);
  const shards = new Map<string, number>();
  const differences: Difference[] = [];
  for (const { sku, shardCount } of products.values()) {
    const keys = Array.from({ length: shardCount }, (_, shard) => stockKey(sku, shard).pk);
    const rooms = keys.map((pk) => Math.max(0, (allocated.get(pk) ?? 0) - (reserved.get(pk) ?? 0)));
    const guesses = keys.map((pk, index) => clamp(ownerlessOf(stock.get(pk), reserved.get(pk)), rooms[index]));
    const units = expired.units.get(sku) ?? 0;
    const parts = adjust(guesses, rooms, units);
    for (const [index, pk] of keys.entries()) shards.set(pk, parts[index] ?? 0);
    const kept = parts.reduce((sum, part) => sum + part, 0);
    if (kept !== units)
      differences.push(differ(sku, `expired orders own ${units} units, and the shards have room for ${kept}`));
  }
  const holdings = findHeld(stock, orders);
  return { shards, holdings, differences: [...differences, ...findHeldTooMuch(stock, holdings, expired)] };
}

const differ = (sku: string, reason: string): Difference => ({ row: `PRODUCT#${sku}`, reason, mended: false });

const clamp = (units: number, most = 0): number => Math.min(Math.max(0, units), most);

function sumReserved(orders: readonly Order[]): ReadonlyMap<string, number> {
  const reserved = new Map<string, number>();
  for (const { sku, state, allocation } of orders)
    for (const { shard, quantity } of isSold({ state }) ? allocation : []) {
      const { pk } = stockKey(sku, shard);
      reserved.set(pk, (reserved.get(pk) ?? 0) + quantity);
    }
  return reserved;
}

function ownerlessOf(row: Row | undefined, reserved = 0): number {
  const level = stockRow.safeParse(row).data;
  return level ? level.allocated - level.left - reserved : 0;
}

/** The guesses, with units added where there is room, or removed, until they are as many as wanted. */
function adjust(guesses: readonly number[], rooms: readonly number[], wanted: number): number[] {
  let rest = wanted - guesses.reduce((sum, guess) => sum + guess, 0);
  return guesses.map((guess, index) => {
    const part = clamp(guess + rest, rooms[index]);
    rest -= part - guess;
    return part;
  });
}

/** A customer's holding keeps the units of expired orders; nothing else says whose they were. */
function findHeld(stock: ReadonlyMap<string, Row>, orders: readonly Order[]): ReadonlyMap<string, number> {
  const present = new Map<string, number>();
  for (const { sku, customer, quantity, held, state } of orders) {
    if (!held || !isSold({ state })) continue;
    const { pk } = holdingKey(sku, customer);
    present.set(pk, (present.get(pk) ?? 0) + quantity);
  }
  return new Map(
    [...stock].flatMap(([pk, row]): [string, number][] => {
      const holding = pk.startsWith('HOLDING#') ? holdingRow.safeParse(row).data : undefined;
      return holding ? [[pk, Math.max(0, holding.units - (present.get(pk) ?? 0))]] : [];
    }),
  );
}

function findHeldTooMuch(
  stock: ReadonlyMap<string, Row>,
  holdings: ReadonlyMap<string, number>,
  { units }: ExpiredOrders,
): Difference[] {
  const held = new Map<string, number>();
  for (const [pk, kept] of holdings) {
    const { sku = '' } = holdingRow.safeParse(stock.get(pk)).data ?? {};
    held.set(sku, (held.get(sku) ?? 0) + kept);
  }
  return [...held]
    .filter(([sku, kept]) => kept > (units.get(sku) ?? 0))
    .map(([sku, kept]) => differ(sku, `holdings keep ${kept} units of ${units.get(sku) ?? 0} in expired orders`));
}
