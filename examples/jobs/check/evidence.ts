/** A row as the table holds it. Nothing of the product's code has read it. */
export interface StoredJob {
  readonly pk: string;
  readonly jobId: string;
  readonly customer: string;
  readonly key: string;
  readonly work: Readonly<Record<string, unknown>>;
  readonly state: string;
  readonly attempts: number;
  /** How often an ending was written. */
  readonly endings?: number | undefined;
  readonly result?: string | undefined;
  readonly reason?: string | undefined;
}

/** What a client asked for under one key, and what it was told. */
export interface Submission {
  readonly customer: string;
  readonly key: string;
  readonly work: Readonly<Record<string, unknown>>;
  /** The ids in the answers; none when no request was answered. */
  readonly jobIds: readonly string[];
}

export interface Letter {
  readonly body: string;
  /** As its worker noted; undefined when the queue gave up. */
  readonly reason: string | undefined;
}

/** A read of a job, of one's own or of somebody else. */
export interface Read {
  readonly customer: string;
  readonly jobId: string;
  readonly status: number;
  readonly state?: string | undefined;
  readonly result?: string | undefined;
}

/** All that a run left behind: the stores, and what the clients know. */
export interface Evidence {
  readonly jobs: readonly StoredJob[];
  readonly letters: readonly Letter[];
  readonly submissions: readonly Submission[];
  /** Keys that were used a second time for other work, and whether that was refused. */
  readonly reused: readonly { readonly key: string; readonly status: number }[];
  /** At the end of the run. */
  readonly reads: readonly Read[];
  /** Messages that no client sent. */
  readonly strayMessages: readonly string[];
}
