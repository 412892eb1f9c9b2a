/** A message in a dead-letter queue. */
export interface DeadLetter {
  /** The queue's own id, stable while the message stays there. A copy in another queue gets a new one. */
  readonly id: string;
  readonly body: string;
  /** Message attributes of type String. */
  readonly attributes: Readonly<Record<string, string>>;
  /** When the message was first sent, to any queue. Epoch milliseconds. */
  readonly sentAt: number;
  /** Receipt handle of this delivery, required to remove or release the message. */
  readonly receipt: string;
}

export interface DeadLetterQueue {
  readonly name: string;
  /** At most `max` messages, hidden from others for `visibilityTimeoutSeconds`. Empty if none is visible. */
  receive(max: number, visibilityTimeoutSeconds: number): Promise<readonly DeadLetter[]>;
  /** Returns the removed ids. */
  remove(letters: readonly DeadLetter[]): Promise<ReadonlySet<string>>;
  /** Makes them visible at once, if that is still possible. */
  release(letters: readonly Pick<DeadLetter, 'id' | 'receipt'>[]): Promise<void>;
}

/**
 * - `sent`: the copy is safe.
 * - `refused`: there is no copy.
 * - `in doubt`: the response was lost; there may be a copy.
 */
export type Sending = 'sent' | 'refused' | 'in doubt';

/** The consumer that failed to process the messages of a dead-letter queue, or its queue. */
export interface Destination {
  readonly name: string;
  /** Returns one entry per letter. */
  send(letters: readonly DeadLetter[]): Promise<ReadonlyMap<string, Sending>>;
  /** Returns the ids of those dead letters that have a copy there. */
  copiesOf(ids: ReadonlySet<string>): Promise<ReadonlySet<string>>;
}

/** Why a message was dead-lettered. */
export const causes = [
  'MALFORMED_MESSAGE',
  'UNKNOWN_ORDER',
  'UNREADABLE_ORDER',
  'MALFORMED_EVENT',
  'MALFORMED_PRODUCT',
  'PARTNER_UNREACHABLE',
  'STREAM_POSITION',
  'FAILED_REPEATEDLY',
] as const;
export type Cause = (typeof causes)[number];

/**
 * The expected result of a retry now:
 * - `may succeed`
 * - `nothing to do`: already done; the worker will recognise the copy as a repetition
 * - `would fail`: the message would return here
 * - `cannot be sent`: the message lacks the data
 */
export type Outlook = 'may succeed' | 'nothing to do' | 'would fail' | 'cannot be sent';

export interface Diagnosis {
  readonly cause: Cause;
  readonly outlook: Outlook;
  /** Its subject, for example an order id. */
  readonly about?: string;
}

export type Diagnose = (letter: DeadLetter) => Promise<Diagnosis>;
