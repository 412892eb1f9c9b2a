import type { Attribute, Envelope } from '../../../functions/ports/messaging.ts';

/** A message attribute in SQS's format. */
interface Written {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: Uint8Array;
}

/** The parts of a message to send, except its body. */
export interface Sent {
  readonly MessageAttributes?: Readonly<Record<string, Written>>;
  readonly MessageSystemAttributes?: { readonly AWSTraceHeader?: Written };
}

/** The attributes that a receiver requests; SQS omits the others. */
export interface Asked {
  readonly MessageAttributeNames?: readonly string[];
  readonly MessageSystemAttributeNames?: readonly string[];
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html */
const most = 10;

/** The reason that SQS would reject the message, if any. */
export function findAttributeRefusal({ MessageAttributes = {} }: Sent): string | undefined {
  const all = Object.entries(MessageAttributes);
  if (all.length > most) return `a message with ${all.length} attributes, at most ${most}`;
  const [empty] =
    all.find(([, { StringValue = '', BinaryValue = '' }]) => StringValue.length + BinaryValue.length === 0) ?? [];
  return empty === undefined ? undefined : `the attribute ${empty} has no value`;
}

export function toEnvelope({ MessageAttributes = {}, MessageSystemAttributes }: Sent): Envelope {
  const traceHeader = MessageSystemAttributes?.AWSTraceHeader?.StringValue;
  const attributes = mapValues(MessageAttributes, ({ DataType, StringValue = '', BinaryValue }) => ({
    type: DataType,
    value: BinaryValue ? Buffer.from(BinaryValue) : StringValue,
  }));
  return { attributes, ...(traceHeader !== undefined && { traceHeader }) };
}

/** Formats the message as `ReceiveMessage` returns it. */
export function toReceived({ attributes = {}, traceHeader }: Envelope, sentAtMs: number, asked: Asked) {
  const system = { SentTimestamp: String(sentAtMs), ...(traceHeader !== undefined && { AWSTraceHeader: traceHeader }) };
  const names = asked.MessageSystemAttributeNames ?? [];
  return {
    Attributes: Object.fromEntries(Object.entries(system).filter(([name]) => names.includes(name))),
    ...(asked.MessageAttributeNames?.includes('All') && {
      MessageAttributes: mapValues(attributes, ({ type, value }) => ({
        DataType: type,
        ...(typeof value === 'string' ? { StringValue: value } : { BinaryValue: value }),
      })),
    }),
  };
}

/** Formats the message as Lambda passes it to a function, with binary values in Base64. */
export function toRecord({ attributes = {}, traceHeader }: Envelope, sentAtMs: number, receives: number) {
  return {
    attributes: {
      ApproximateReceiveCount: String(receives),
      SentTimestamp: String(sentAtMs),
      ...(traceHeader !== undefined && { AWSTraceHeader: traceHeader }),
    },
    messageAttributes: mapValues(attributes, ({ type, value }: Attribute) => ({
      dataType: type,
      ...(typeof value === 'string' ? { stringValue: value } : { binaryValue: Buffer.from(value).toString('base64') }),
    })),
  };
}

function mapValues<From, To>(
  given: Readonly<Record<string, From>>,
  convert: (value: From) => To,
): Readonly<Record<string, To>> {
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, convert(value)]));
}
