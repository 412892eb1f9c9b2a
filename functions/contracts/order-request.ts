import * as z from 'zod';
import * as grammar from './grammar.ts';

/** Message of the order queue: which order to settle. The order row holds the rest, so the two cannot disagree. */
export const orderRequest = z.object({
  v: z.literal(1),
  orderId: grammar.orderId,
  traceparent: grammar.traceparent,
});
export type OrderRequest = z.infer<typeof orderRequest>;

/** Why a message was dead-lettered at once: the value of its message attribute `reason`. */
export const deadLetterReasons = [
  'MALFORMED_MESSAGE',
  'UNKNOWN_ORDER',
  'MALFORMED_EVENT',
  'MALFORMED_PRODUCT',
  'PARTNER_UNREACHABLE',
] as const;
export type DeadLetterReason = (typeof deadLetterReasons)[number];
