import { channel } from 'node:diagnostics_channel';
import type * as z from 'zod';
import { ProblemError } from './problem.ts';

/** A stored row that this version of the code cannot read, such as one of a newer version after a rollback. */
export interface UnreadableRow {
  /** The row's key or id. */
  readonly row: string;
  readonly error: string;
}

/** The channel on which readers report unreadable rows; the host logs and counts them. */
export const unreadableRows = channel('unreadable-rows');

/** The requested row is unreadable. Unlike a page, the answer cannot leave it out. */
export class UnreadableRowError extends ProblemError {
  /** As stored. */
  readonly stored: unknown;

  constructor(name: string, stored: unknown, cause: z.ZodError) {
    super('UNREADABLE_ROW', `this version of the service cannot read ${name}`);
    this.stored = stored;
    this.cause = cause;
  }
}

/** Parses the rows of a page; an unreadable one is reported and left out, so that the others are still served. */
export function parseReadable<Schema extends z.ZodType>(schema: Schema, rows: readonly unknown[]): z.infer<Schema>[] {
  return rows.flatMap((row) => {
    const parsed = schema.safeParse(row);
    if (parsed.success) return [parsed.data];
    reportUnreadable(row, parsed.error);
    return [];
  });
}

/**
 * Parses a row that was read by its key.
 *
 * @param name for a row that does not hold its own key
 * @throws {UnreadableRowError} after it is reported
 */
export function parseStored<Schema extends z.ZodType>(schema: Schema, row: unknown, name?: string): z.infer<Schema> {
  const parsed = schema.safeParse(row);
  if (parsed.success) return parsed.data;
  throw new UnreadableRowError(reportUnreadable(row, parsed.error, name), row, parsed.error);
}

/** @returns the row's name */
export function reportUnreadable(row: unknown, error: z.ZodError, name = 'an unknown row'): string {
  const known = nameRow(row) ?? name;
  unreadableRows.publish({ row: known, error: error.message } satisfies UnreadableRow);
  return known;
}

function nameRow(row: unknown): string | undefined {
  const { row: name, pk, orderId, sku, order, request } = Object(row) as Record<string, unknown>;
  const nested = (order ?? Object(request).order) as { orderId?: string } | undefined;
  const known = name ?? pk ?? orderId ?? sku ?? nested?.orderId;
  return known === undefined ? undefined : String(known);
}
