import * as z from 'zod';
import * as grammar from './grammar.ts';

/**
 * Message of the fulfilment queue: which order to hand to the partner. The event `OrderConfirmed` also has this shape,
 * so the bus forwards it unchanged. The order row holds the rest.
 */
export const fulfilmentRequest = z.object({
  v: z.literal(1),
  traceparent: grammar.traceparent,
  order: z.object({ orderId: grammar.orderId }),
  /** When the partner first failed to answer; later copies of the message keep it. */
  waitingSince: grammar.timestamp.optional(),
});
export type FulfilmentRequest = z.infer<typeof fulfilmentRequest>;
