/** A row as stored, read without any code of the product. */
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

/** A client's requests under one key, and the answers. */
export interface Submission {
  readonly customer: string;
  readonly key: string;
  readonly work: Readonly<Record<string, unknown>>;
  /** The ids in the answers; none when no request was answered. */
  readonly jobIds: readonly string[];
}

export interface Letter {
  readonly body: string;
  /** Noted by the worker; undefined when the queue dead-lettered the message itself. */
  readonly reason: string | undefined;
}

/** A read of a job, by its owner or by another customer. */
export interface Read {
  readonly customer: string;
  readonly jobId: string;
  readonly status: number;
  readonly state?: string | undefined;
  readonly result?: string | undefined;
}

/** Everything a run left behind: the stores' content, and the clients' records. */
export interface Evidence {
  readonly jobs: readonly StoredJob[];
  readonly letters: readonly Letter[];
  readonly submissions: readonly Submission[];
  /** Keys reused for other work, with the status of that answer. */
  readonly reused: readonly { readonly key: string; readonly status: number }[];
  /** At the end of the run. */
  readonly reads: readonly Read[];
  /** Messages that no client sent. */
  readonly strayMessages: readonly string[];
}
