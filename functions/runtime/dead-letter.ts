import { aboutMessage } from '../contracts/about-message.ts';
import type { DeadLetterQueue, Envelope, MessageBody } from '../ports/messages.ts';
import type { Meter } from '../ports/runtime.ts';
import { logger } from './log.ts';

/** A message or record that no retry can fix; retries would only delay others. */
export interface Hopeless<Reason extends string> {
  readonly body: MessageBody;
  /** As received. */
  readonly envelope?: Envelope | undefined;
  readonly reason: Reason;
  /** For the log: the message id, or the sequence number of a stream record. */
  readonly record: string;
}

/** Moves a message or record to the dead-letter queue, counts it, and logs why. */
export async function giveUp<Reason extends string>(
  { body, envelope, reason, record }: Hopeless<Reason>,
  { deadLetters, meter }: { readonly deadLetters: DeadLetterQueue<Reason>; readonly meter: Meter<'DeadLettered'> },
): Promise<void> {
  await deadLetters.put(body, reason, envelope);
  meter.count('DeadLettered');
  logger.error('dead letter', { ...aboutMessage(body), reason, record });
}
