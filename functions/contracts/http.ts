import * as z from 'zod';
import { orderStates } from '../domain/order.ts';
import { maxShards, ordersPerSecondPerShard } from '../domain/sharding.ts';
import * as grammar from './grammar.ts';

/** Bytes of a request body; larger ones get 413 before parsing. */
export const maxBodyBytes = 16 * 1024;
/** Nesting depth of a request body; every schema here needs 1. */
export const maxBodyDepth = 16;

export const placeOrderBody = z.strictObject({ sku: grammar.sku, quantity: grammar.quantity });
export type PlaceOrderBody = z.infer<typeof placeOrderBody>;

/** Response of POST /orders. It has no order state, so every repeat of a key gets the same one. */
export const acceptedOrder = z.object({
  orderId: grammar.orderId,
  sku: grammar.sku,
  quantity: grammar.quantity,
  unitPrice: grammar.minorUnits,
  total: z.int(),
  currency: grammar.currency,
  acceptedAt: grammar.timestamp,
});
export type AcceptedOrder = z.infer<typeof acceptedOrder>;

export const orderResource = acceptedOrder.extend({
  state: z.enum(orderStates),
  version: grammar.version,
  changedAt: grammar.timestamp,
});
export type OrderResource = z.infer<typeof orderResource>;

export const putProductBody = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must not contain control characters or lone surrogates'),
  unitPrice: grammar.minorUnits,
  currency: grammar.currency,
  /** Determines the number of stock shards; only used when the product is created. */
  peakOrdersPerSecond: z
    .int()
    .min(1)
    .max(maxShards * ordersPerSecondPerShard)
    .default(ordersPerSecondPerShard),
});
export type PutProductBody = z.infer<typeof putProductBody>;

export const productResource = z.object({
  sku: grammar.sku,
  name: z.string(),
  unitPrice: grammar.minorUnits,
  currency: grammar.currency,
  version: grammar.version,
  changedAt: grammar.timestamp,
});
export type ProductResource = z.infer<typeof productResource>;

export const restockBody = z.strictObject({ quantity: grammar.supply });
export type RestockBody = z.infer<typeof restockBody>;

/** Response of POST /products/{sku}/stock; every repeat of a key gets the same one. */
export const restockResource = z.object({ sku: grammar.sku, quantity: grammar.supply, at: grammar.timestamp });
export type RestockResource = z.infer<typeof restockResource>;

/** An estimate: the views lag the orders by the stream's delay. `asOf` is when they were read. */
export const stockResource = z.object({
  sku: grammar.sku,
  supplied: z.int(),
  reserved: z.int(),
  left: z.int(),
  asOf: grammar.timestamp,
});
export type StockResource = z.infer<typeof stockResource>;

export const page = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), next: z.string().optional() });

export const pageQuery = z.object({
  cursor: z.string().max(1024).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(25),
});

export const healthResource = z.object({ status: z.literal('ok') });
