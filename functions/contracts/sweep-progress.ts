import * as z from 'zod';
import { openBuckets } from '../domain/open-order.ts';
import * as grammar from './grammar.ts';
import { parseReadable } from './readable-rows.ts';

const epochMs = z.int().min(0);

/** Progress of the open-order sweep: any worker can continue from it. */
export const sweepProgress = z.object({
  v: z.literal(1),
  fromMs: epochMs,
  toMs: epochMs,
  /** Equals `openBuckets` when the sweep is done. */
  bucket: z.int().min(0).max(openBuckets),
  /** Position within the bucket. */
  after: z.object({ acceptedAt: grammar.timestamp, orderId: grammar.orderId }).optional(),
});
export type SweepProgress = z.infer<typeof sweepProgress>;

/** Undefined for a note that this version cannot read: sweeping from the start only repeats messages. */
export function parseProgressNote(note: string): SweepProgress | undefined {
  return parseReadable(sweepProgress, [{ row: 'sweep progress', ...JSON.parse(note) }])[0];
}
