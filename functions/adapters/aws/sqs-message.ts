import type { MessageAttributeValue, SendMessageCommandInput } from '@aws-sdk/client-sqs';
import type { Attribute, Envelope } from '../../ports/messages.ts';

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html */
export const maxAttributes = 10;

type SqsMessage = Pick<SendMessageCommandInput, 'MessageBody' | 'MessageAttributes' | 'MessageSystemAttributes'>;

export function toSqsMessage(MessageBody: string, { attributes = {}, traceHeader }: Envelope): SqsMessage {
  const own = Object.entries(attributes).map(([name, attribute]) => [name, toSqsAttribute(attribute)] as const);
  return {
    MessageBody,
    ...(own.length > 0 && { MessageAttributes: Object.fromEntries(own) }),
    ...(traceHeader !== undefined && {
      MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: traceHeader } },
    }),
  };
}

function toSqsAttribute({ type, value }: Attribute): MessageAttributeValue {
  return typeof value === 'string' ? { DataType: type, StringValue: value } : { DataType: type, BinaryValue: value };
}

export function fromSqsAttributes(
  given: Readonly<Record<string, MessageAttributeValue>> = {},
): Record<string, Attribute> {
  return Object.fromEntries(
    Object.entries(given).map(([name, { DataType = 'String', StringValue, BinaryValue }]) => [
      name,
      { type: DataType, value: BinaryValue ?? StringValue ?? '' },
    ]),
  );
}
