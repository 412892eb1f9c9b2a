import { deadLetterReasons } from '../../../functions/contracts/order-request.ts';
import type { Envelope, MessageBody } from '../../../functions/ports/messaging.ts';

/** A message in a dead-letter queue, byte for byte. */
export interface DeadLetter {
  /** The queue's own id, stable while the message stays there. A copy in another queue gets a new one. */
  readonly id: string;
  readonly body: MessageBody;
  readonly envelope: Envelope;
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
  /** Makes the letters visible at once, if that is still possible. */
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
  /** Why the letter cannot be copied faithfully; undefined if it can. */
  findObstacle?(letter: DeadLetter): string | undefined;
  /** Mark that identifies the copy of this letter. @default the letter's id */
  markOf?(letter: DeadLetter): string;
  /** Returns the marks, by default ids, of those dead letters that have a copy there. */
  copiesOf(marks: ReadonlySet<string>): Promise<ReadonlySet<string>>;
}

/** The worker's reason, if the letter has one. */
export function findReason({ attributes = {} }: Envelope): (typeof deadLetterReasons)[number] | undefined {
  return deadLetterReasons.find((reason) => reason === attributes.reason?.value);
}

/** Drops the reason, which belongs to the failed attempt. An attribute of the message itself with that name stays. */
export function withoutReason(envelope: Envelope): Envelope {
  if (findReason(envelope) === undefined) return envelope;
  const { reason: _, ...attributes } = envelope.attributes ?? {};
  return { ...envelope, attributes };
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
