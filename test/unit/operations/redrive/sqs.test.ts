import {
  type Message,
  type MessageAttributeValue,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { redriveClients, sqsDeadLetters, sqsQueue } from '../../../../scripts/operations/redrive/sqs.ts';
import { textBody } from '../../../support/message-bodies.ts';

const config = { region: 'eu-west-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
afterEach(() => void vi.restoreAllMocks());

type Sent = NonNullable<SendMessageBatchCommand['input']['Entries']>[number];
const refusal = (name: string) => Object.assign(new Error(name), { name, $metadata: { httpStatusCode: 400 } });

/** Queues that hold `messages` and take what `accepts` allows. */
function fakeSqs(messages: readonly Message[], accepts: (entries: readonly Sent[]) => boolean = () => true): Sent[] {
  const sent: Sent[] = [];
  vi.spyOn(SQSClient.prototype, 'send').mockImplementation(async (command: unknown) => {
    if (command instanceof ReceiveMessageCommand) return { Messages: messages };
    if (!(command instanceof SendMessageBatchCommand)) return {};
    const { Entries = [] } = command.input;
    if (!accepts(Entries)) throw refusal('BatchRequestTooLong');
    sent.push(...Entries);
    return { Successful: Entries };
  });
  return sent;
}

async function redriveAll(messages: readonly Message[], accepts?: (entries: readonly Sent[]) => boolean) {
  const sent = fakeSqs(messages, accepts);
  const letters = await sqsDeadLetters('dead', 'https://queue/dead', redriveClients(config)).receive(10, 60);
  const results = await sqsQueue('work', 'https://queue/work', redriveClients(config)).send(letters);
  return { sent, letters, results };
}

const attribute: fc.Arbitrary<MessageAttributeValue> = fc.oneof(
  fc.record({ DataType: fc.constantFrom('String', 'String.json'), StringValue: fc.string({ minLength: 1 }) }),
  fc.record({
    DataType: fc.constantFrom('Number', 'Number.float'),
    StringValue: fc.oneof(fc.double({ noNaN: true }).map(String), fc.bigInt().map(String), fc.constant('1.0')),
  }),
  fc.record({
    DataType: fc.constantFrom('Binary', 'Binary.gif'),
    BinaryValue: fc.uint8Array({ minLength: 1, maxLength: 20 }),
  }),
);
const attributeName = fc.stringMatching(/^[a-z][\w.-]{0,20}$/).filter((name) => name !== 'redriveOf');
const attributes = fc.dictionary(attributeName, attribute, { maxKeys: 10, noNullPrototype: true });

test('a redriven message has the body and the attributes of its dead letter, with their types', async () => {
  await fc.assert(
    fc.asyncProperty(textBody, attributes, fc.option(fc.string({ minLength: 1 })), async (Body, own, trace) => {
      const { sent } = await redriveAll([
        {
          MessageId: 'a',
          ReceiptHandle: 'r',
          Body,
          MessageAttributes: own,
          Attributes: { SentTimestamp: '0', ...(trace !== null && { AWSTraceHeader: trace }) },
        },
      ]);
      vi.restoreAllMocks();
      const [{ MessageBody, MessageAttributes = {}, MessageSystemAttributes } = {} as Sent] = sent;
      const { redriveOf, ...others } = MessageAttributes;
      expect([MessageBody, others]).toEqual([Body, own]);
      expect(MessageSystemAttributes?.AWSTraceHeader?.StringValue).toBe(trace ?? undefined);
      expect(redriveOf?.StringValue).toBe(Object.keys(own).length < 10 ? 'a' : undefined);
    }),
    { numRuns: 300 },
  );
});

const ten = Object.fromEntries(
  Array.from({ length: 10 }, (_, index) => [`n${index}`, { DataType: 'Number', StringValue: String(index) }]),
);

test('a copy with ten attributes of its own is found by its content', async () => {
  const message = { MessageId: 'a', ReceiptHandle: 'r', Body: '{}', MessageAttributes: ten };
  const { letters } = await redriveAll([message]);
  const [letter] = letters;
  if (!letter) throw new Error('one message was in the queue');
  const destination = sqsQueue('work', 'https://queue/work', redriveClients(config));
  const mark = destination.markOf?.(letter) ?? '';
  expect(await destination.copiesOf(new Set([mark]))).toEqual(new Set([mark]));
});

test('drops the reason, unless it is an attribute of the message itself', async () => {
  const reason = (StringValue: string) => ({ reason: { DataType: 'String', StringValue } });
  const { sent } = await redriveAll([
    { MessageId: 'a', Body: '{}', MessageAttributes: reason('UNKNOWN_ORDER') },
    { MessageId: 'b', Body: '{}', MessageAttributes: reason('a gift') },
  ]);
  expect(sent.map(({ MessageAttributes }) => MessageAttributes?.reason?.StringValue)).toEqual([undefined, 'a gift']);
});

test('messages that are too large together are sent one by one', async () => {
  const messages = ['a', 'b', 'c'].map((MessageId) => ({ MessageId, Body: MessageId }));
  const { results } = await redriveAll(messages, (entries) => entries.length === 1 && entries[0]?.Id !== 'b');
  expect(Object.fromEntries(results)).toEqual({ a: 'sent', b: 'refused', c: 'sent' });
});
