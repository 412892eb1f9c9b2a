import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { parseReadable } from '../../contracts/readable-rows.ts';
import { openOrderRow } from '../../contracts/rows.ts';
import { openOrdersIndex } from '../../contracts/table-keys.ts';
import type { OpenOrders } from '../../ports/open-orders.ts';
import { documents } from './clients/dynamodb-client.ts';
import { orderKey, toPosition } from './keys.ts';

/** Reads the sparse, keys-only index of the orders table. */
export function openOrders(table: string): OpenOrders {
  return {
    async list(bucket, before, limit, after) {
      const { Items, LastEvaluatedKey } = await documents.send(
        new QueryCommand({
          TableName: table,
          IndexName: openOrdersIndex,
          KeyConditionExpression: '#open = :bucket AND acceptedAt < :before',
          ExpressionAttributeNames: { '#open': 'open' },
          ExpressionAttributeValues: { ':bucket': String(bucket), ':before': before },
          Limit: limit,
          ...(after && {
            ExclusiveStartKey: { ...orderKey(after.orderId), open: String(bucket), acceptedAt: after.acceptedAt },
          }),
        }),
      );
      const orders = parseReadable(openOrderRow, Items ?? []);
      const last = LastEvaluatedKey;
      return { orders, ...(last && { next: toPosition(last) }) };
    },
  };
}
