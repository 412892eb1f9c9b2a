import * as z from 'zod';
import { orderStates } from '../domain/order.ts';
import * as grammar from './grammar.ts';

/** The order as last counted in the views; its version makes a replayed event harmless. */
export const countedOrder = z.object({
  v: z.literal(1),
  orderId: grammar.orderId,
  sku: grammar.sku,
  version: grammar.version,
  state: z.enum(orderStates),
  quantity: grammar.quantity,
  unitPrice: grammar.minorUnits,
  acceptedAt: grammar.timestamp,
  traceparent: grammar.traceparent,
  /** Epoch seconds: that of the final event, so that both expire at once. An order that may still change has none. */
  expiresAt: z.int().min(0).optional(),
});
export type CountedOrder = z.infer<typeof countedOrder>;

/** Retention of the sales per minute; totals do not expire. */
export const minuteRetentionDays = 30;

export const salesRow = z.object({
  confirmedOrders: z.int().default(0),
  fulfilledOrders: z.int().default(0),
  rejectedOrders: z.int().default(0),
  cancelledOrders: z.int().default(0),
  reservedUnits: z.int().default(0),
  revenue: z.int().default(0),
});
