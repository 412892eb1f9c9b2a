/** A message that could not be worked off, as it lies in its queue. */
export interface DeadLetter {
  /** The queue's own id: it stays while the message lies there, and its copy in another queue gets a new one. */
  readonly id: string;
  readonly body: string;
  /** Message attributes of type String. */
  readonly attributes: Readonly<Record<string, string>>;
  /** When the message was first sent, to whichever queue. Epoch milliseconds. */
  readonly sentAt: number;
  /** Names this one delivery: only with it the message can be removed or released. */
  readonly receipt: string;
}

export interface DeadLetterQueue {
  readonly name: string;
  /** At most `max` messages, hidden from others for `visibilityTimeoutSeconds`. Empty: nothing is visible at the moment. */
  receive(max: number, visibilityTimeoutSeconds: number): Promise<readonly DeadLetter[]>;
  /** The ids that are gone now. */
  remove(letters: readonly DeadLetter[]): Promise<ReadonlySet<string>>;
  /** Makes them visible again at once, as far as that is still possible. */
  release(letters: readonly Pick<DeadLetter, 'id' | 'receipt'>[]): Promise<void>;
}

/**
 * - `sent`: the copy is safe.
 * - `refused`: there is no copy.
 * - `in doubt`: the answer was lost; there may be a copy.
 */
export type Sending = 'sent' | 'refused' | 'in doubt';

/** Where the messages of a dead-letter queue were worked off, or should have been. */
export interface Destination {
  readonly name: string;
  /** One entry a letter. */
  send(letters: readonly DeadLetter[]): Promise<ReadonlyMap<string, Sending>>;
  /** Which of these dead letters have a copy there. */
  copiesOf(ids: ReadonlySet<string>): Promise<ReadonlySet<string>>;
}

/** Why a message lies in a dead-letter queue. */
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
 * What a second try would do now:
 * - `may succeed`
 * - `nothing to do`: what the message asks for has happened; its copy will be recognised as a repetition
 * - `would fail`: it would come back
 * - `cannot be sent`: it holds too little
 */
export type Outlook = 'may succeed' | 'nothing to do' | 'would fail' | 'cannot be sent';

export interface Diagnosis {
  readonly cause: Cause;
  readonly outlook: Outlook;
  /** What it is about, for example an order id. */
  readonly about?: string;
}

export type Diagnose = (letter: DeadLetter) => Promise<Diagnosis>;
