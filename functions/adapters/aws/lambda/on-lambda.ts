import middy, { type MiddlewareObj } from '@middy/core';
import type { Context, SQSRecord } from 'aws-lambda';
import type { Delivery, Envelope } from '../../../ports/messages.ts';
import { logger } from '../../../runtime/log.ts';
import { publishMetrics } from '../../../runtime/observe.ts';

/**
 * Wraps a handler for Lambda: log lines name the invocation, and metrics are published on success and on failure. It
 * does not use middy's own timer: requests have a shorter limit, and workers start nothing that would end after their
 * deadline.
 */
export function onLambda<Event, Result>(work: (event: Event, context: Context) => Promise<Result>) {
  return middy<Event, Result>({ timeoutEarlyInMillis: 0 }).use(observe()).handler(work);
}

function observe(): MiddlewareObj<unknown, unknown> {
  return {
    before: function beginObservation({ context }) {
      logger.resetKeys();
      logger.addContext(context);
    },
    after: publishMetrics,
    onError: publishMetrics,
  };
}

/** A partial batch response: Lambda redelivers only the named records. */
export interface BatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/**
 * @param failed message ids or sequence numbers
 * @returns always a complete response: Lambda takes an empty one as success of every record
 */
export function batchResponse(failed: Iterable<string>): BatchResponse {
  return { batchItemFailures: Array.from(failed, (itemIdentifier) => ({ itemIdentifier })) };
}

/** A record of a queue as the message that was sent. */
export function toQueueMessage({ body, messageId, messageAttributes, attributes }: SQSRecord): {
  readonly body: string;
  readonly messageId: string;
  readonly envelope: Envelope;
  readonly delivery: Delivery;
} {
  const own = Object.entries(messageAttributes ?? {}).map(([name, { dataType, stringValue, binaryValue }]) => {
    // Lambda writes binary values in Base64.
    const value = binaryValue ? Buffer.from(binaryValue, 'base64') : (stringValue ?? '');
    return [name, { type: dataType, value }] as const;
  });
  // An operator who invokes the function by hand may leave the attributes out.
  const traceHeader = attributes?.AWSTraceHeader;
  const envelope = { attributes: Object.fromEntries(own), ...(traceHeader !== undefined && { traceHeader }) };
  const [sentAtMs, receives] = [Number(attributes?.SentTimestamp), Number(attributes?.ApproximateReceiveCount)];
  return { body, messageId, envelope, delivery: { ...(sentAtMs && { sentAtMs }), ...(receives && { receives }) } };
}
