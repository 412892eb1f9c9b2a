import * as z from 'zod';
import { orderStates } from '../domain/order.ts';
import { maxShards, ordersPerSecondPerShard } from '../domain/sharding.ts';
import * as grammar from './grammar.ts';

/** Bytes of a request body; more is answered 413 before anything is parsed. */
export const maxBodyBytes = 16 * 1024;
/** Nesting of a request body; every schema here needs 1. */
export const maxBodyDepth = 16;

export const placeOrderBody = z.strictObject({ sku: grammar.sku, quantity: grammar.quantity });
export type PlaceOrderBody = z.infer<typeof placeOrderBody>;

/** The answer of POST /orders. It holds no state, so each repetition of a key gets the same one. */
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
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'no control characters, no lone surrogates'),
  unitPrice: grammar.minorUnits,
  currency: grammar.currency,
  /** The peak that the stock shards are made for; only read when the product is created. */
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

/** The answer of POST /products/{sku}/stock; each repetition of a key gets the same one. */
export const restockResource = z.object({ sku: grammar.sku, quantity: grammar.supply, at: grammar.timestamp });
export type RestockResource = z.infer<typeof restockResource>;

/** An estimate: the views follow the orders by the time that the stream takes. `asOf` is when they were read. */
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
