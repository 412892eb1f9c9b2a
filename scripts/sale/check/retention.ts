/** How long an order, its events and its guard are kept after its last transition, and when the stores were read. */
export interface Retention {
  readonly days: number;
  /** After the last read: a row that expired by then may be missing in one table and present in another. */
  readonly atMs: number;
}

/** Epoch seconds after which a row may be deleted that was written by a transition at `at`, rounded up. */
export function expiryOf(at: string, { days }: Pick<Retention, 'days'>): number {
  return Math.ceil(Date.parse(at) / 1_000 + days * 86_400);
}

/** Whether rows written by a transition at `at` are gone. Nothing is, where rows are kept for ever. */
export function isExpired(at: string, retention: Retention | undefined): boolean {
  return retention !== undefined && expiryOf(at, retention) * 1_000 <= retention.atMs;
}

/** Rows that have not expired, whether or not the store has deleted the others. */
export function keptRows<Row extends Readonly<Record<string, unknown>>>(
  rows: readonly Row[],
  retention: Retention | undefined,
): readonly Row[] {
  if (!retention) return rows;
  return rows.filter(({ expiresAt }) => typeof expiresAt !== 'number' || expiresAt * 1_000 > retention.atMs);
}
