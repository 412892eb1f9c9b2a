import { createHash } from 'node:crypto';
import type { OrderState } from '../../../functions/domain/order.ts';
import type { Sales } from '../../../functions/domain/sales.ts';

/**
 * The documented rules, restated for the checker. It must not call the functions that it judges: a wrong rule in
 * `functions/domain` would then be wrong on both sides. Deployed rows depend on each of these rules.
 */

/** The only transitions: from a state to its next ones. */
export const nextStates: Readonly<Record<OrderState, readonly OrderState[]>> = {
  PENDING: ['CONFIRMED', 'REJECTED', 'CANCELLED'],
  CONFIRMED: ['FULFILLING', 'CANCELLED'],
  FULFILLING: ['FULFILLED', 'CANCELLED'],
  REJECTED: [],
  FULFILLED: [],
  CANCELLED: [],
};

export const eventTypes: Readonly<Record<Exclude<OrderState, 'PENDING'>, string>> = {
  CONFIRMED: 'OrderConfirmed',
  REJECTED: 'OrderRejected',
  FULFILLING: 'OrderFulfilling',
  FULFILLED: 'OrderFulfilled',
  CANCELLED: 'OrderCancelled',
};

export function isFinal(state: OrderState): boolean {
  return nextStates[state].length === 0;
}

/** In these states the order owns the units of its allocation. */
export function ownsUnits(state: OrderState): boolean {
  return state === 'CONFIRMED' || state === 'FULFILLING' || state === 'FULFILLED';
}

export const counterNames = [
  'confirmedOrders',
  'fulfilledOrders',
  'rejectedOrders',
  'cancelledOrders',
  'reservedUnits',
  'revenue',
] as const satisfies readonly (keyof Sales)[];

export type Counters = Record<(typeof counterNames)[number], number>;

export function zeroCounters(): Counters {
  return {
    confirmedOrders: 0,
    fulfilledOrders: 0,
    rejectedOrders: 0,
    cancelledOrders: 0,
    reservedUnits: 0,
    revenue: 0,
  };
}

/** Adds an order, in its last state, to the counters of its product. */
export function countOrder(
  counters: Counters,
  { state, quantity, unitPrice }: { readonly state: OrderState; readonly quantity: number; readonly unitPrice: number },
): void {
  if (state === 'REJECTED') counters.rejectedOrders += 1;
  if (state === 'CANCELLED') counters.cancelledOrders += 1;
  if (state === 'FULFILLED') counters.fulfilledOrders += 1;
  if (!ownsUnits(state)) return;
  counters.confirmedOrders += 1;
  counters.reservedUnits += quantity;
  counters.revenue += quantity * unitPrice;
}

/** Counter rows per product and period. */
const slots = 8;

/** The row that counts an order: the last 32 bits of its id, modulo the rows. */
export function slotOf(orderId: string): number {
  return Number(`0x${orderId.slice(-8)}`) % slots;
}

/** Minutes of UTC: `2026-11-21T10:15`. A text that is not a time is returned unchanged. */
export function toMinute(at: string): string {
  const ms = Date.parse(at);
  return Number.isNaN(ms) ? at : new Date(ms).toISOString().slice(0, 'yyyy-mm-ddThh:mm'.length);
}

const minuteRetentionSeconds = 30 * 24 * 60 * 60;

/** Epoch seconds after which the counters of a minute may have expired. */
export function minuteExpiry(minute: string): number {
  return Date.parse(`${minute}:00.000Z`) / 1_000 + minuteRetentionSeconds;
}

/** Partitions of the index of open orders. */
const buckets = 16;

/** The first 16 bits of the SHA-1 of the id, modulo the partitions. */
export function bucketOf(orderId: string): number {
  return createHash('sha1').update(orderId).digest().readUInt16BE(0) % buckets;
}

/** A supply goes to all shards in equal parts; the first shards get one more until nothing is left. */
export function partOfSupply(quantity: number, shard: number, shardCount: number): number {
  return Math.floor(quantity / shardCount) + (shard < quantity % shardCount ? 1 : 0);
}

/** Spelling of a customer in keys: unchanged, or `~` and Base64 if a store may forbid one of its characters. */
export function spellCustomer(customer: string): string {
  const isSafe = customer.length <= 128 && /^[A-Za-z0-9][\w.@-]*$/.test(customer);
  return isSafe ? customer : `~${Buffer.from(customer, 'latin1').toString('base64url')}`;
}

/** The shard that counts what a customer holds: the one with the highest 48 bits of the SHA-1 of customer and number. */
export function holdingShardOf(customer: string, shardCount: number): number {
  let best = { shard: 0, weight: -1 };
  for (let shard = 0; shard < shardCount; shard++) {
    const weight = createHash('sha1').update(`${customer}#${shard}`).digest().readUIntBE(0, 6);
    if (weight > best.weight) best = { shard, weight };
  }
  return best.shard;
}

const orderNamespace = Buffer.from('6c1f1c556f0b4f3e9c7a8d6a2f4c1b9e', 'hex');

/** The name-based UUID (RFC 9562, version 5) of customer, line feed, idempotency key. */
export function idOfKey(customer: string, key: string): string {
  const bytes = createHash('sha1').update(orderNamespace).update(`${customer}\n${key}`).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

export interface Requested {
  readonly sku: string;
  readonly quantity: number;
  readonly unitPrice: number;
  readonly currency: string;
}

/**
 * Distinguishes a repetition from another request with the same key: SHA-256 of the JSON array of sku and quantity,
 * with the order's price and currency if the request named them.
 */
export function requestHashesOf({ sku, quantity, unitPrice, currency }: Requested): readonly string[] {
  return [`["${sku}",${quantity}]`, `["${sku}",${quantity},${unitPrice},"${currency}"]`].map((text) =>
    createHash('sha256').update(text).digest('hex'),
  );
}
