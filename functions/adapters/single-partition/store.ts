export interface Row {
  readonly row: string;
  /** Changes with every write of the row. */
  readonly etag: string;
  readonly value: unknown;
}

export type Write =
  /** Refused if the row exists. */
  | { readonly kind: 'insert'; readonly row: string; readonly value: object }
  /** Refused if the row is gone or has another ETag. */
  | { readonly kind: 'replace'; readonly row: string; readonly value: object; readonly etag: string }
  /** Refused if the row is gone, or if `etag` is set and differs. */
  | { readonly kind: 'delete'; readonly row: string; readonly etag?: string };

/**
 * - `written`: all writes, at once.
 * - `refused`: a condition failed. After a lost answer, a retry may be refused by the caller's own first write.
 * - `busy`: throttled.
 *
 * Only `written` changes anything. After an error, the outcome is unknown.
 */
export type WriteOutcome = 'written' | 'refused' | 'busy';

/** A store that is atomic within one partition and nowhere else: Azure Table Storage, and Cosmos DB for Table. */
export interface PartitionStore {
  /** Strongly consistent. */
  read(partition: string, row: string): Promise<Row | undefined>;
  /** The rows of a partition whose keys begin with `prefix` and come after `after`, by key. */
  list(partition: string, prefix: string, limit: number, after?: string): Promise<readonly Row[]>;
  /** One entity group transaction: at most 100 writes, no row twice. */
  write(partition: string, writes: readonly Write[]): Promise<WriteOutcome>;
}
