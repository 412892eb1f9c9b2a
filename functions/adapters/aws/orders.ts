import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { parseOrder, parseReadableOrders } from '../../contracts/rows.ts';
import { ordersByCustomerIndex } from '../../contracts/table-keys.ts';
import type { OrderPosition, OrderReplica, OrderStore, StoredOrder } from '../../ports/orders.ts';
import { documents } from './clients/dynamodb-client.ts';
import { openValue, orderKey, toPosition } from './keys.ts';

export function orderStore(table: string): OrderStore {
  return {
    async create({ order, requestHash }) {
      try {
        await documents.send(
          new PutCommand({
            TableName: table,
            Item: { ...orderKey(order.orderId), v: 1, ...order, requestHash, open: openValue(order.orderId) },
            ConditionExpression: 'attribute_not_exists(pk)',
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        );
        return { created: true };
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException) || !error.Item) throw error;
        return { created: false, existing: parseOrder(unmarshall(error.Item)) };
      }
    },

    find: async (orderId) => (await findStored(table, orderId))?.order,

    async listByCustomer(customer, limit, after) {
      const { Items, LastEvaluatedKey: last } = await documents.send(customerQuery(table, customer, limit, after));
      return { orders: parseReadableOrders(Items ?? []), ...(last && { next: toPosition(last) }) };
    },
  };
}

/** @param table a replica in this region */
export function orderReplica(table: string): OrderReplica {
  const { listByCustomer } = orderStore(table);
  return { listByCustomer, findStored: (orderId) => findStored(table, orderId) };
}

/** Consistent: a row that was found once, in a replica too, is found by every later read. */
async function findStored(table: string, orderId: string): Promise<StoredOrder | undefined> {
  const { Item } = await documents.send(
    new GetCommand({ TableName: table, Key: orderKey(orderId), ConsistentRead: true }),
  );
  return Item && parseOrder(Item);
}

function customerQuery(table: string, customer: string, limit: number, after: OrderPosition | undefined) {
  return new QueryCommand({
    TableName: table,
    IndexName: ordersByCustomerIndex,
    KeyConditionExpression: 'customer = :customer',
    ExpressionAttributeValues: { ':customer': customer },
    ScanIndexForward: false,
    Limit: limit,
    ...(after && { ExclusiveStartKey: { ...orderKey(after.orderId), customer, acceptedAt: after.acceptedAt } }),
  });
}
