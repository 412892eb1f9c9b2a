import * as z from 'zod';
import * as grammar from './grammar.ts';

/**
 * The fulfilment queue's message: which order to hand to the partner. It is a part of the event `OrderConfirmed`, so the
 * bus can hand that on as it is; the order row holds the rest.
 */
export const fulfilmentRequest = z.object({
  v: z.literal(1),
  traceparent: grammar.traceparent,
  order: z.object({ orderId: grammar.orderId }),
  /** Since when it comes again because the partner does not answer. */
  waitingSince: grammar.timestamp.optional(),
});
export type FulfilmentRequest = z.infer<typeof fulfilmentRequest>;
