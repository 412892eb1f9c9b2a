import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { DeadLetterReason } from '../../contracts/order-request.ts';
import { toText } from '../../lib/bytes.ts';
import type { DeadLetters, Envelope, OrderQueue } from '../../ports/messaging.ts';
import type { FulfilmentQueue } from '../../ports/partner.ts';
import { sqs } from './clients/sqs-client.ts';
import { prewarmed } from './prewarm.ts';
import { maxAttributes, toSqsMessage } from './sqs-message.ts';

export function orderQueue(queueUrl: string): OrderQueue {
  const sample = { QueueUrl: queueUrl, MessageBody: 'prewarm' };
  prewarmed(sqs, (instead) => sqs.send(instead(new SendMessageCommand(sample))));
  return {
    async send(request) {
      await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(request) }));
    },
  };
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
const longestDelaySeconds = 900;

export function fulfilmentQueue(queueUrl: string): FulfilmentQueue {
  return {
    async send(request, delayMs) {
      const DelaySeconds = Math.min(longestDelaySeconds, Math.ceil(delayMs / 1_000));
      await sqs.send(
        new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(request), DelaySeconds }),
      );
    },
  };
}

export function deadLetters<Reason extends string = DeadLetterReason>(queueUrl: string): DeadLetters<Reason> {
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
