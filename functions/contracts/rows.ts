import * as z from 'zod';
import { type Order, orderStates } from '../domain/order.ts';
import type { Product } from '../domain/product.ts';
import * as grammar from './grammar.ts';
import { orderSnapshot, storedEvent } from './order-event.ts';
import { parseReadable, parseStored } from './readable-rows.ts';
import { keyPrefixes } from './table-keys.ts';

/** Rows as stored. Unknown attributes are ignored, so an older reader can read a newer writer's rows. */
export const storedOrder = orderSnapshot.extend({
  state: z.enum(orderStates),
  version: grammar.version,
  traceparent: grammar.traceparent.optional(),
});

export const orderRow = storedOrder.extend({ requestHash: z.string() });

/** A row of the open-order index: keys only. */
export const openOrderRow = z
  .object({ pk: z.templateLiteral([keyPrefixes.order, grammar.orderId]), acceptedAt: grammar.timestamp })
  .transform(({ pk, acceptedAt }) => ({ acceptedAt, orderId: pk.slice(keyPrefixes.order.length) }));

export const eventRow = storedEvent;

export const productRow = z.object({
  sku: grammar.sku,
  name: z.string(),
  unitPrice: grammar.minorUnits,
  currency: grammar.currency,
  version: grammar.version,
  shardCount: z.int().min(1),
  supplied: z.int().min(0),
  limitPerCustomer: grammar.limitPerCustomer.optional(),
  changedAt: grammar.timestamp,
});

// Writes never go below zero, but the checker must be able to read a row that did.
export const stockRow = z.object({ left: z.int(), allocated: z.int().min(0) });

/** Units of a product that a customer holds in orders under a limit. */
export const holdingRow = z.object({ sku: grammar.sku, customer: grammar.customerId, units: z.int() });

export const supplyRow = z.object({
  sku: grammar.sku,
  key: grammar.idempotencyKey,
  quantity: grammar.supply,
  at: grammar.timestamp,
});

/** Units sent to another region, or received from one. */
export const transferRow = z.object({
  id: z.string().min(1),
  sku: grammar.sku,
  from: z.string().min(1),
  to: z.string().min(1),
  quantity: z.int().min(1),
  shardCount: z.int().min(1),
  at: grammar.timestamp,
});

/** Names of transfers to one region that are not closed: SKU, `#`, id. Missing when there are none. */
export const transitRow = z.object({ open: z.set(z.string()).optional() });

export const breakerRow = z.object({
  state: z.enum(['CLOSED', 'OPEN', 'PROBING']),
  version: z.int().min(1),
  until: z.int().min(0),
});

export const leaseRow = z.object({ holder: z.string(), token: z.int().min(1), expiresAt: z.int().min(0) });

/** A note written by a lease holder. */
export const noteRow = z.object({ text: z.string() });

/** @throws {UnreadableRowError} */
export function parseOrder(item: unknown): { order: Order; requestHash: string } {
  const { requestHash, ...order } = parseStored(orderRow, item);
  return { order, requestHash };
}

/** The readable orders among the rows of a page: see {@link parseReadable}. */
export function parseReadableOrders(rows: readonly unknown[]): Order[] {
  return parseReadable(orderRow, rows).map(({ requestHash: _, ...order }) => order);
}

/** @throws {UnreadableRowError} */
export function parseProduct(item: unknown): Product {
  return parseStored(productRow, item);
}
