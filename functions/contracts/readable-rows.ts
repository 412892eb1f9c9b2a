import { channel } from 'node:diagnostics_channel';
import type * as z from 'zod';

/** A stored row that this version of the code cannot read, such as one of a newer version after a rollback. */
export interface UnreadableRow {
  /** The row's key or id. */
  readonly row: string;
  readonly error: string;
}

/** Where readers report unreadable rows; the host logs and counts them. */
export const unreadableRows = channel('unreadable-rows');

/** Parses the rows of a page; an unreadable one is reported and left out, so that the others are still served. */
export function parseReadable<Schema extends z.ZodType>(schema: Schema, rows: readonly unknown[]): z.infer<Schema>[] {
  return rows.flatMap((row) => {
    const parsed = schema.safeParse(row);
    if (parsed.success) return [parsed.data];
    reportUnreadable(nameRow(row), parsed.error);
    return [];
  });
}

export function reportUnreadable(row: string, error: z.ZodError): void {
  unreadableRows.publish({ row, error: error.message } satisfies UnreadableRow);
}

function nameRow(row: unknown): string {
  const { row: name, pk, orderId, sku, order, request } = Object(row) as Record<string, unknown>;
  const ordered = (order ?? Object(request).order) as { orderId?: string } | undefined;
  return String(name ?? pk ?? orderId ?? sku ?? ordered?.orderId ?? 'unknown');
}
