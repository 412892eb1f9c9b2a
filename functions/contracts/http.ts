import * as z from 'zod';
import { orderStates, rejectReasons } from '../domain/order.ts';
import { maxShards, ordersPerSecondPerShard } from '../domain/sharding.ts';
import * as grammar from './grammar.ts';

/** The price of one unit. */
export const price = z.strictObject({ unitPrice: grammar.minorUnits, currency: grammar.currency });

export const placeOrderBody = z.strictObject({
  sku: grammar.sku,
  quantity: grammar.quantity,
  /** The price that the customer saw. Without it, the order takes the current price. */
  expectedPrice: price.optional(),
});
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
  /** Only of rejected orders. */
  reason: z.enum(rejectReasons).optional(),
});
export type OrderResource = z.infer<typeof orderResource>;

// Written out, because JSON schema tools know no \p{...}. Controls, line and direction controls, U+FFFD.
const controls =
  '\\u0000-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ufdd0-\\ufdef\\ufff0-\\uffff';
// Spaces, zero-width characters, fillers and variation selectors; joiners are part of words and of emoji.
const invisible =
  '\\s\\u00ad\\u034f\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200d\\u2060-\\u2065\\u206a-\\u206f\\u2800\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0';
// Shorthand and musical controls, tags and more variation selectors. Literal characters, because JSON schema tools know
// no \u{...}.
const invisibleBeyond = [0x1bca0, 0x1bca3, 0x1d173, 0x1d17a, 0xe0000, 0xe0fff]
  .map((code, index) => String.fromCodePoint(code) + (index % 2 === 0 ? '-' : ''))
  .join('');
const visibleText = new RegExp(`^[^${controls}]*[^${controls}${invisible}${invisibleBeyond}][^${controls}]*$`, 'u');

export const putProductBody = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .regex(visibleText, 'must have a visible character, and no control or direction characters')
    // Lone surrogates, which no pattern of JSON Schema can name.
    .refine((name) => name.isWellFormed(), 'must be well-formed Unicode'),
  unitPrice: grammar.minorUnits,
  currency: grammar.currency,
  /** Determines the number of stock shards; only used when the product is created. */
  peakOrdersPerSecond: z
    .int()
    .min(1)
    .max(maxShards * ordersPerSecondPerShard)
    .default(ordersPerSecondPerShard),
  limitPerCustomer: grammar.limitPerCustomer
    .describe(
      'Units that one customer may hold in orders that are not cancelled. Orders accepted before the product had a limit do not count. Without it, there is no limit.',
    )
    .optional(),
});
export type PutProductBody = z.infer<typeof putProductBody>;

export const productResource = z.object({
  sku: grammar.sku,
  name: z.string(),
  unitPrice: grammar.minorUnits,
  currency: grammar.currency,
  limitPerCustomer: grammar.limitPerCustomer.optional(),
  version: grammar.version,
  changedAt: grammar.timestamp,
});
export type ProductResource = z.infer<typeof productResource>;

export const restockBody = z.strictObject({ quantity: grammar.supply });

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
  // One spelling for each number, so that a cache keeps one copy.
  limit: z
    .string()
    .regex(/^([1-9][0-9]?|100)$/, 'must be a whole number from 1 to 100, without signs or leading zeros')
    .default('25')
    .transform(Number),
});

export const healthResource = z.object({ status: z.literal('ok') });
