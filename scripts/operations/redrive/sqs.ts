import { hash } from 'node:crypto';
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { fromSqsAttributes, maxAttributes, toSqsMessage } from '../../../functions/adapters/aws/sqs-message.ts';
import { toBytes, toText } from '../../../functions/lib/bytes.ts';
import type { Envelope } from '../../../functions/ports/messaging.ts';
import type { ClientConfig } from '../../sale/check/read-stores.ts';
import { copyMark, findCopies, lookSeconds, type SearchedQueue } from './find-copies.ts';
import { type DeadLetter, type DeadLetterQueue, type Destination, type Sending, withoutReason } from './ports.ts';

const perCall = 10;

export interface RedriveClients {
  readonly sqs: SQSClient;
  readonly sender: SQSClient;
}

export function redriveClients(config: ClientConfig): RedriveClients {
  // One attempt: an SDK retry after a lost response would send a second copy.
  const settings = { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true };
  return {
    sqs: new SQSClient(config),
    sender: new SQSClient({ ...config, maxAttempts: 1, requestHandler: settings }),
  };
}

export function sqsDeadLetters(name: string, QueueUrl: string, { sqs }: Pick<RedriveClients, 'sqs'>): DeadLetterQueue {
  return {
    name,
    async receive(max, visibilityTimeoutSeconds) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: Math.min(max, perCall),
          VisibilityTimeout: visibilityTimeoutSeconds,
          // A long poll queries all servers of the queue. A short poll may miss messages.
          WaitTimeSeconds: 1,
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: ['SentTimestamp', 'AWSTraceHeader'],
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

export function sqsQueue(name: string, QueueUrl: string, { sqs, sender }: RedriveClients): Destination {
  return {
    name,
    send: (letters) => sendBatch(sender, QueueUrl, letters),
    markOf: (letter) => (toCopyEnvelope(letter).attributes?.[copyMark] ? letter.id : fingerprint(letter)),
    copiesOf: (marks) => findCopies(toSearchedQueue(sqs, QueueUrl), marks),
  };
}

async function sendBatch(
  sender: SQSClient,
  QueueUrl: string,
  letters: readonly DeadLetter[],
): Promise<ReadonlyMap<string, Sending>> {
  const all = (sending: Sending) => new Map(letters.map(({ id }) => [id, sending] as const));
  const Entries = letters.map((letter) => ({
    Id: letter.id,
    ...toSqsMessage(toText(letter.body), toCopyEnvelope(letter)),
  }));
  try {
    const { Failed = [] } = await sender.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    const failed = new Set(Failed.map(({ Id }) => Id));
    return new Map(letters.map(({ id }) => [id, failed.has(id) ? 'refused' : 'sent'] as const));
  } catch (error) {
    if (!wasRefused(error)) return all('in doubt');
    if (letters.length === 1) return all('refused');
  }
  // The batch may be too large, or one entry may be rejected: the others must not wait for it.
  const alone = await Promise.all(letters.map((letter) => sendBatch(sender, QueueUrl, [letter])));
  return new Map(alone.flatMap((sendings) => [...sendings]));
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
          MessageAttributeNames: ['All'],
        }),
      );
      return Messages.map(({ MessageId = '', ReceiptHandle = '', Body = '', MessageAttributes }) => {
        const attributes = fromSqsAttributes(MessageAttributes);
        const mark = attributes[copyMark]?.value;
        const original = mark === undefined ? fingerprint({ body: Body, envelope: { attributes } }) : String(mark);
        return { id: MessageId, receipt: ReceiptHandle, original };
      });
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
  const traceHeader = Attributes?.AWSTraceHeader;
  const attributes = fromSqsAttributes(MessageAttributes);
  return {
    id: MessageId,
    body: Body,
    envelope: { attributes, ...(traceHeader !== undefined && { traceHeader }) },
    sentAt: Number(Attributes?.SentTimestamp ?? Date.now()),
    receipt: ReceiptHandle,
  };
}

/** Removes the reason, and adds the dead letter's id, if one more attribute is allowed. */
function toCopyEnvelope({ id, envelope }: DeadLetter): Envelope {
  const { attributes = {}, ...own } = withoutReason(envelope);
  const marked = { ...attributes, [copyMark]: { type: 'String', value: id } };
  const { [copyMark]: _, ...unmarked } = attributes;
  return { ...own, attributes: Object.keys(marked).length > maxAttributes ? unmarked : marked };
}

/** Identifies a copy without a mark. Messages with the same body and attributes have the same effect. */
function fingerprint({ body, envelope }: Pick<DeadLetter, 'body' | 'envelope'>): string {
  const { attributes = {} } = withoutReason(envelope);
  const sorted = Object.entries(attributes)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, { type, value }]) => [name, type, toBytes(value).toString('base64')]);
  return hash('sha256', JSON.stringify([toBytes(body).toString('base64'), sorted]));
}

/** True for a 4xx. Without a response, or with a 5xx, the copy may exist. */
function wasRefused(error: unknown): boolean {
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode ?? 0;
  return status >= 400 && status < 500;
}
