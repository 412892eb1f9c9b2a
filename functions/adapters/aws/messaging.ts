import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { OrderQueue } from '../../ports/messaging.ts';
import type { FulfilmentQueue } from '../../ports/partner.ts';
import { sqs } from './clients/sqs-client.ts';
import { prewarmed } from './lambda/prewarm.ts';

export { deadLetters } from './dead-letters.ts';

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
