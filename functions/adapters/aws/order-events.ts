import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { type OrderEvent, orderEvent } from '../../contracts/order-event.ts';
import { documents } from './clients/dynamodb-client.ts';
import { eventKey } from './keys.ts';

/** The events beside the orders. */
export function orderEvents(table: string) {
  return {
    /** Undefined for one that is missing, or that no reader would understand. */
    async find(orderId: string, version: number): Promise<OrderEvent | undefined> {
      const { Item } = await documents.send(
        new GetCommand({ TableName: table, Key: eventKey(orderId, version), ConsistentRead: true }),
      );
      return orderEvent.safeParse(Item).data;
    },
  };
}
