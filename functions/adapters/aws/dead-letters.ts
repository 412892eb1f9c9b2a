import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { toText } from '../../lib/bytes.ts';
import type { DeadLetterQueue, Envelope } from '../../ports/messages.ts';
import { sqs } from './clients/sqs-client.ts';
import { maxAttributes, toSqsMessage } from './sqs-message.ts';

export function deadLetters<Reason extends string>(queueUrl: string): DeadLetterQueue<Reason> {
  return {
    async put(body, reason, envelope) {
      const message = toSqsMessage(toText(body), withReason(envelope, reason));
      await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, ...message }));
    },
  };
}

/** The message's own attributes come first: the reason is only a hint for operators. */
function withReason({ attributes = {}, ...envelope }: Envelope = {}, reason: string): Envelope {
  const withIt = { reason: { type: 'String', value: reason }, ...attributes };
  return { ...envelope, attributes: Object.keys(withIt).length > maxAttributes ? attributes : withIt };
}
