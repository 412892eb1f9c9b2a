import { BatchGetCommand, GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { countedOrder, salesRow } from '../../contracts/view.ts';
import { addSales, minuteOf, noSales, type Sales, salesFields, salesSlot, salesSlots } from '../../domain/sales.ts';
import { RetryLater } from '../../ports/retry.ts';
import type { SalesReader, SalesViews } from '../../ports/views.ts';
import { readCancellation } from './cancelled.ts';
import { documents } from './dynamodb-client.ts';
import { generationRow, liveGeneration } from './generation.ts';
import { countedKey, liveGenerationKey, salesMinuteKey, salesTotalKey } from './keys.ts';

/** How long the curve of sales per minute is kept; the totals stay. */
export const minuteRetentionDays = 30;

/** Epoch seconds. Of the minute, not of an order in it: so a replay in another order leaves the same row. */
export function minuteExpiresAt(minute: string): number {
  return Date.parse(`${minute}:00Z`) / 1_000 + minuteRetentionDays * 86_400;
}

const looks = 3;

export function salesReader(table: string): SalesReader {
  let generation = '';
  return {
    async salesOf(sku) {
      for (let look = 0; look < looks; look++) {
        const rows = await readCounters(table, generation, sku);
        // Read with the counters, so that they are never those of a generation that counted before.
        const live = generationRow.parse(rows.find(({ sk }) => sk === liveGenerationKey.sk) ?? {}).generation;
        const counters = rows.filter(({ sk }) => sk !== liveGenerationKey.sk);
        if (live === generation) return counters.map((row) => salesRow.parse(row)).reduce(addSales, noSales);
        generation = live;
      }
      throw new RetryLater('the views were swapped again and again');
    },
  };
}

async function readCounters(table: string, generation: string, sku: string): Promise<Record<string, unknown>[]> {
  const counters = Array.from({ length: salesSlots }, (_, slot) => salesTotalKey(generation, sku, slot));
  const { Responses, UnprocessedKeys } = await documents.send(
    new BatchGetCommand({ RequestItems: { [table]: { Keys: [liveGenerationKey, ...counters] } } }),
  );
  if (UnprocessedKeys?.[table]?.Keys?.length) throw new RetryLater('the views are throttled');
  return Responses?.[table] ?? [];
}

/** @param generationOf the generation to count in; the one that counts, unless told otherwise */
export function salesViews(table: string, generationOf = liveGeneration(table)): SalesViews {
  return {
    async counted(orderId) {
      const generation = await generationOf();
      const { Item } = await documents.send(
        new GetCommand({ TableName: table, Key: countedKey(generation, orderId), ConsistentRead: true }),
      );
      return Item && countedOrder.parse(Item);
    },

    async count(next, previousVersion, change) {
      // A swap since `counted` does no harm: the guard is that of the row that stands here.
      const generation = await generationOf();
      const slot = salesSlot(next.orderId);
      const minute = minuteOf(next.acceptedAt);
      const expiresAt = minuteExpiresAt(minute);
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
              { Put: { TableName: table, Item: { ...countedKey(generation, next.orderId), ...next }, ...guard } },
              { Update: { TableName: table, Key: salesTotalKey(generation, next.sku, slot), ...moveCounters(change) } },
              {
                Update: {
                  TableName: table,
                  Key: salesMinuteKey(generation, next.sku, slot, minute),
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
const addAll = `ADD ${salesFields.map((field) => `${field} :${field}`).join(', ')}`;

function moveCounters(change: Sales, expiresAt?: number) {
  return {
    UpdateExpression: expiresAt ? `${addAll} SET expiresAt = :expiresAt` : addAll,
    ExpressionAttributeValues: {
      ...Object.fromEntries(salesFields.map((field) => [`:${field}`, change[field]])),
      ...(expiresAt && { ':expiresAt': expiresAt }),
    },
  };
}
