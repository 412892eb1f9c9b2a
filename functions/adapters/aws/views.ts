import { BatchGetCommand, GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { countedOrder, salesRow } from '../../contracts/view.ts';
import { addSales, minuteOf, noSales, type Sales, salesFields, salesSlot, salesSlots } from '../../domain/sales.ts';
import { RetryLater } from '../../ports/retry.ts';
import type { SalesReader, SalesViews } from '../../ports/views.ts';
import { readCancellation } from './cancelled.ts';
import { documents } from './dynamodb-client.ts';
import { countedKey, salesMinuteKey, salesTotalKey } from './keys.ts';

/** How long the curve of sales per minute is kept; the totals stay. */
export const minuteRetentionDays = 30;

export function salesReader(table: string): SalesReader {
  return {
    async salesOf(sku) {
      const Keys = Array.from({ length: salesSlots }, (_, slot) => salesTotalKey(sku, slot));
      const { Responses, UnprocessedKeys } = await documents.send(
        new BatchGetCommand({ RequestItems: { [table]: { Keys } } }),
      );
      if (UnprocessedKeys?.[table]?.Keys?.length) throw new RetryLater('the views are throttled');
      return (Responses?.[table] ?? []).map((row) => salesRow.parse(row)).reduce(addSales, noSales);
    },
  };
}

export function salesViews(table: string): SalesViews {
  return {
    async counted(orderId) {
      const { Item } = await documents.send(
        new GetCommand({ TableName: table, Key: countedKey(orderId), ConsistentRead: true }),
      );
      return Item && countedOrder.parse(Item);
    },

    async count(next, previousVersion, change) {
      const slot = salesSlot(next.orderId);
      const minute = minuteOf(next.acceptedAt);
      const expiresAt = Math.floor(Date.parse(next.acceptedAt) / 1000) + minuteRetentionDays * 86_400;
      const guard =
        previousVersion === undefined
          ? { ConditionExpression: 'attribute_not_exists(pk)' }
          : {
              ConditionExpression: '#version = :previous',
              ExpressionAttributeNames: { '#version': 'version' },
              ExpressionAttributeValues: { ':previous': previousVersion },
            };
      try {
        await documents.send(
          new TransactWriteCommand({
            TransactItems: [
              { Put: { TableName: table, Item: { ...countedKey(next.orderId), ...next }, ...guard } },
              { Update: { TableName: table, Key: salesTotalKey(next.sku, slot), ...moveCounters(change) } },
              {
                Update: {
                  TableName: table,
                  Key: salesMinuteKey(next.sku, slot, minute),
                  ...moveCounters(change, expiresAt),
                },
              },
            ],
          }),
        );
        return 'committed';
      } catch (error) {
        return readCancellation(error).kind === 'conflict' ? 'conflict' : 'stale';
      }
    },
  };
}

// ADD is safe here and only here: the guard in the same transaction makes a repetition fail as a whole.
function moveCounters(change: Sales, expiresAt?: number) {
  return {
    UpdateExpression: `ADD ${salesFields.map((field) => `${field} :${field}`).join(', ')}${expiresAt ? ' SET expiresAt = :expiresAt' : ''}`,
    ExpressionAttributeValues: {
      ...Object.fromEntries(salesFields.map((field) => [`:${field}`, change[field]])),
      ...(expiresAt && { ':expiresAt': expiresAt }),
    },
  };
}
