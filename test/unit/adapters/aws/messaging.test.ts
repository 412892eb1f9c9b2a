import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sqs } from '../../../../functions/adapters/aws/clients/sqs-client.ts';
import { toQueueMessage } from '../../../../functions/adapters/aws/lambda/on-lambda.ts';
import { deadLetters, fulfilmentQueue } from '../../../../functions/adapters/aws/messaging.ts';
import { traceparent } from '../../../support/memory-system.ts';
import { textBody } from '../../../support/message-bodies.ts';
import { script } from '../../../support/scripted-client.ts';

test.each([
  [0, 0],
  [1, 1],
  [1_001, 2],
  [90_000, 90],
  [86_400_000, 900],
])('delays a fulfilment request of %i ms by %i s, at most the maximum of the queue', async (delayMs, seconds) => {
  const calls = script<{ readonly DelaySeconds: number }>(sqs, {});
  await fulfilmentQueue('url').send(
    { v: 1, traceparent, order: { orderId: '6c1f1c55-6f0b-5f3e-9c7a-000000000001' } },
    delayMs,
  );
  expect(calls).toMatchObject([{ DelaySeconds: seconds }]);
});

const sqsAttribute = fc.oneof(
  fc.record({
    dataType: fc.constantFrom('String', 'Number', 'Number.float'),
    stringValue: fc.constantFrom('1.0', 'ü'),
  }),
  fc.record({ dataType: fc.constantFrom('Binary', 'Binary.gif'), binaryValue: fc.constantFrom('/w==', 'AAE=') }),
);
const sqsNames = fc.oneof(fc.constant('reason'), fc.stringMatching(/^[a-z]\w{0,9}$/));
const sqsAttributes = fc.dictionary(sqsNames, sqsAttribute, {
  maxKeys: 10,
  noNullPrototype: true,
});

const tenAttributes = Object.fromEntries(
  Array.from({ length: 10 }, (_, index) => [`own${index}`, { dataType: 'String' as const, stringValue: 'ü' as const }]),
);

test('a dead letter has the attributes of its message, with their types, and the reason if they leave room for it', async () => {
  await fc.assert(
    fc.asyncProperty(textBody, sqsAttributes, async (body, messageAttributes) => {
      const calls = script<{ MessageBody: string; MessageAttributes?: object }>(sqs, () => ({}));
      const record = { body, messageId: 'm', messageAttributes, attributes: { AWSTraceHeader: 'Root=1' } };
      const message = toQueueMessage(record as never);
      await deadLetters('https://queue').put(message.body, 'UNKNOWN_ORDER', message.envelope);
      const own = Object.entries(messageAttributes).map(([name, { dataType, ...value }]) => [
        name,
        'binaryValue' in value
          ? { DataType: dataType, BinaryValue: Buffer.from(value.binaryValue, 'base64') }
          : { DataType: dataType, StringValue: value.stringValue },
      ]);
      const reason = own.length < 10 && { reason: { DataType: 'String', StringValue: 'UNKNOWN_ORDER' } };
      const MessageAttributes = { ...reason, ...Object.fromEntries(own) };
      expect(calls.map((call) => call.MessageBody)).toEqual([body]);
      // No reason: SQS refuses an eleventh attribute.
      expect(calls[0]?.MessageAttributes).toEqual(MessageAttributes);
      expect(calls[0]).toHaveProperty('MessageSystemAttributes.AWSTraceHeader.StringValue', 'Root=1');
    }),
    { numRuns: 200, examples: [['{}', tenAttributes]] },
  );
});
