import * as z from 'zod';

/** How long rows are kept after an order's end. A stage that keeps them for ever does not set it. */
export const retentionEnv = { RETENTION_DAYS: z.coerce.number().positive().optional() };

export interface Retention {
  /** Undefined: rows are kept for ever. */
  readonly days?: number | undefined;
}

/** Epoch seconds after which DynamoDB may delete a row, hours or days later; undefined for a row that is kept. */
export function toExpiresAt(at: string, { days }: Retention): number | undefined {
  return days === undefined ? undefined : Math.ceil(Date.parse(at) / 1_000 + days * 86_400);
}
