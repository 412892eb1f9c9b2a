export interface Row {
  readonly row: string;
  /** Another one after every write of the row. */
  readonly etag: string;
  readonly value: unknown;
}

export type Write =
  /** Refused if the row stands already. */
  | { readonly kind: 'insert'; readonly row: string; readonly value: object }
  /** Refused if the row is gone or has another ETag. */
  | { readonly kind: 'replace'; readonly row: string; readonly value: object; readonly etag: string }
  /** Refused if the row is gone, or has another ETag where one is named. */
  | { readonly kind: 'delete'; readonly row: string; readonly etag?: string };

/**
 * - `written`: all writes, at once.
 * - `refused`: a condition failed. Or it is our own answer that got lost: a client that sends again finds its row there.
 * - `busy`: throttled.
 *
 * Unless written, nothing changed. An error leaves that open.
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
