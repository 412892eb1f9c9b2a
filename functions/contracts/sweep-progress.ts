import * as z from 'zod';
import { openBuckets } from '../domain/open-order.ts';
import * as grammar from './grammar.ts';

const epochMs = z.int().min(0);

/** How far the sweep of the open orders has come: what the next step goes on from, whoever does it. */
export const sweepProgress = z.object({
  v: z.literal(1),
  fromMs: epochMs,
  toMs: epochMs,
  /** As many as there are when the sweep is done. */
  bucket: z.int().min(0).max(openBuckets),
  /** Where in the bucket. */
  after: z.object({ acceptedAt: grammar.timestamp, orderId: grammar.orderId }).optional(),
});
export type SweepProgress = z.infer<typeof sweepProgress>;
