import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { ClientConfig } from '../../sale/check/read-stores.ts';
import { copyMark, findCopies, lookSeconds, type SearchedQueue } from './find-copies.ts';
import type { DeadLetter, DeadLetterQueue, Destination, Sending } from './ports.ts';

const perCall = 10;

export function sqsDeadLetters(name: string, QueueUrl: string, config: ClientConfig): DeadLetterQueue {
  const sqs = new SQSClient(config);
  return {
    name,
    async receive(max, visibilityTimeoutSeconds) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: Math.min(max, perCall),
          VisibilityTimeout: visibilityTimeoutSeconds,
          // A long poll asks all servers of the queue; a short one may miss messages.
          WaitTimeSeconds: 1,
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: ['SentTimestamp'],
        }),
      );
      return Messages.map(toDeadLetter);
    },
    async remove(letters) {
      const Entries = letters.map(({ id, receipt }) => ({ Id: id, ReceiptHandle: receipt }));
      const { Successful = [] } = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
      return new Set(Successful.map(({ Id = '' }) => Id));
    },
    release: (letters) => release(sqs, QueueUrl, letters),
  };
}

export function sqsQueue(name: string, QueueUrl: string, config: ClientConfig): Destination {
  // One attempt: an SDK retry after a lost response would send a second copy.
  const settings = { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true };
  const sender = new SQSClient({ ...config, maxAttempts: 1, requestHandler: settings });
  const sqs = new SQSClient(config);
  return {
    name,
    async send(letters) {
      const all = (sending: Sending) => new Map(letters.map(({ id }) => [id, sending] as const));
      const Entries = letters.map(({ id, body, attributes }) => ({
        Id: id,
        MessageBody: body,
        MessageAttributes: toCopyAttributes(id, attributes),
      }));
      try {
        const { Failed = [] } = await sender.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
        const failed = new Set(Failed.map(({ Id }) => Id));
        return new Map(letters.map(({ id }) => [id, failed.has(id) ? 'refused' : 'sent'] as const));
      } catch (error) {
        return all(wasRefused(error) ? 'refused' : 'in doubt');
      }
    },
    copiesOf: (ids) => findCopies(toSearchedQueue(sqs, QueueUrl), ids),
  };
}

function toSearchedQueue(sqs: SQSClient, QueueUrl: string): SearchedQueue {
  return {
    async look() {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: perCall,
          VisibilityTimeout: lookSeconds,
          WaitTimeSeconds: 1,
          MessageAttributeNames: [copyMark],
        }),
      );
      return Messages.map(({ MessageId = '', ReceiptHandle = '', MessageAttributes }) => ({
        id: MessageId,
        receipt: ReceiptHandle,
        original: MessageAttributes?.[copyMark]?.StringValue,
      }));
    },
    release: (seen) => release(sqs, QueueUrl, seen),
  };
}

async function release(
  sqs: SQSClient,
  QueueUrl: string,
  letters: readonly Pick<DeadLetter, 'id' | 'receipt'>[],
): Promise<void> {
  for (let first = 0; first < letters.length; first += perCall) {
    const part = letters.slice(first, first + perCall);
    const Entries = part.map(({ id, receipt }) => ({ Id: id, ReceiptHandle: receipt, VisibilityTimeout: 0 }));
    // Entries that are deleted or already visible fail individually, which is fine.
    await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
  }
}

function toDeadLetter({
  MessageId = '',
  Body = '',
  ReceiptHandle = '',
  Attributes,
  MessageAttributes,
}: Message): DeadLetter {
  const strings = Object.entries(MessageAttributes ?? {}).flatMap(([name, { StringValue }]) =>
    StringValue === undefined ? [] : [[name, StringValue] as const],
  );
  return {
    id: MessageId,
    body: Body,
    attributes: Object.fromEntries(strings),
    sentAt: Number(Attributes?.SentTimestamp ?? Date.now()),
    receipt: ReceiptHandle,
  };
}

/** Drops the reason, which belongs to the failed attempt. */
function toCopyAttributes(id: string, { reason: _, ...attributes }: DeadLetter['attributes']) {
  return Object.fromEntries(
    Object.entries({ ...attributes, [copyMark]: id }).map(([name, StringValue]) => [
      name,
      { DataType: 'String', StringValue },
    ]),
  );
}

/** True for a 4xx. Without a response, or with a 5xx, the copy may exist. */
function wasRefused(error: unknown): boolean {
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode ?? 0;
  return status >= 400 && status < 500;
}
