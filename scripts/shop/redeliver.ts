import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { marshall } from '@aws-sdk/util-dynamodb';
import { eventKey } from '../../functions/adapters/aws/keys.ts';
import type { OrderEvent } from '../../functions/contracts/order-event.ts';
import { aliasName, physicalName } from '../../stacks/names.ts';
import type { ClientConfig } from '../check/read-stores.ts';

const recordsPerBatch = 50;

/**
 * Delivers events to the projection again, as the stream of AWS does with records that a function gave back, and an
 * engine without partial failures of streams does not.
 */
export async function redeliver(stage: string, config: ClientConfig, events: readonly OrderEvent[]): Promise<void> {
  const lambda = new LambdaClient(config);
  const FunctionName = physicalName(stage, 'projection');
  for (let first = 0; first < events.length; first += recordsPerBatch) {
    const Records = events.slice(first, first + recordsPerBatch).map(streamRecord);
    const Payload = JSON.stringify({ Records });
    await lambda.send(new InvokeCommand({ FunctionName, Qualifier: aliasName, Payload }));
  }
  lambda.destroy();
}

/** The record of the orders table's stream that carries an event. */
export function streamRecord(event: OrderEvent, index: number) {
  const key = eventKey(event.order.orderId, event.order.version);
  return {
    eventID: String(index),
    eventName: 'INSERT',
    dynamodb: {
      Keys: marshall(key),
      NewImage: marshall({ ...key, ...event }, { removeUndefinedValues: true }),
      SequenceNumber: String(1_000 + index),
    },
  };
}
