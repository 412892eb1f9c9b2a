import { marshall } from '@aws-sdk/util-dynamodb';
import { eventKey } from '../../functions/adapters/aws/keys.ts';
import type { OrderEvent } from '../../functions/contracts/order-event.ts';

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
