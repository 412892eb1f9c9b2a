import { marshall } from '@aws-sdk/util-dynamodb';
import { eventKey } from '../../functions/adapters/aws/keys.ts';
import type { OrderEvent } from '../../functions/contracts/order-event.ts';

/** An event's record in the stream of the orders table. */
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
