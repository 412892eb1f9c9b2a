import type { KeysAndAttributes } from '@aws-sdk/client-dynamodb';
import { BatchGetCommand, GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { type CountedOrder, countedOrder, salesRow } from '../../contracts/view.ts';
import { addSales, minuteOf, noSales, type Sales, salesFields, salesSlot, salesSlots } from '../../domain/sales.ts';
import { chunksOf } from '../../lib/chunks.ts';
import { RetryLater } from '../../ports/retry-later.ts';
import type { Count, GroupViews, SalesReader } from '../../ports/views.ts';
import { readCancellation } from './cancelled.ts';
import { documents, itemsOfTransaction } from './dynamodb-client.ts';
import { generationRow, liveGeneration } from './generation.ts';
import { countedKey, liveGenerationKey, salesMinuteKey, salesTotalKey } from './keys.ts';

/** How long the curve of sales per minute is kept; the totals stay. */
export const minuteRetentionDays = 30;

/** Epoch seconds. Of the minute, not of an order in it: so a replay in another order leaves the same row. */
export function minuteExpiresAt(minute: string): number {
  return Date.parse(`${minute}:00Z`) / 1_000 + minuteRetentionDays * 86_400;
}

const attempts = 3;

export function salesReader(table: string): SalesReader {
  let generation = '';
  return {
    async salesOf(sku) {
      for (let attempt = 0; attempt < attempts; attempt++) {
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
  return readEach(table, { Keys: [liveGenerationKey, ...counters] });
}

/** @throws {RetryLater} when some of them were not read */
async function readEach(
  table: string,
  keys: Pick<KeysAndAttributes, 'ConsistentRead'> & { Keys: Record<string, string>[] },
) {
  const { Responses, UnprocessedKeys } = await documents.send(new BatchGetCommand({ RequestItems: { [table]: keys } }));
  if (UnprocessedKeys?.[table]?.Keys?.length) throw new RetryLater('the views are throttled');
  return Responses?.[table] ?? [];
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html */
const keysOfRead = 100;

/** @param generationOf the generation to count in; the one that counts, unless told otherwise */
export function salesViews(table: string, generationOf = liveGeneration(table)): GroupViews {
  /** A swap since the guards were read does no harm: a guard is that of the row that stands here. */
  async function countTogether(counts: readonly Count[]): Promise<'committed' | 'not batched' | 'conflict'> {
    const generation = await generationOf();
    try {
      await documents.send(
        new TransactWriteCommand({
          TransactItems: [
            ...counts.map(({ next, previousVersion }) => ({
              Put: {
                TableName: table,
                Item: { ...countedKey(generation, next.orderId), ...next },
                ...guard(previousVersion),
              },
            })),
            ...movesOf(counts, generation).map((move) => ({ Update: { TableName: table, ...moveCounters(move) } })),
          ],
        }),
      );
      return 'committed';
    } catch (error) {
      return readCancellation(error).kind === 'conflict' ? 'conflict' : 'not batched';
    }
  }

  async function readCounted(orderIds: readonly string[]): Promise<CountedOrder[]> {
    const generation = await generationOf();
    const Keys = orderIds.map((orderId) => countedKey(generation, orderId));
    return (await readEach(table, { Keys, ConsistentRead: true })).map((row) => countedOrder.parse(row));
  }

  return {
    // An order brings its guard, and a minute if no other has the same; all of them move one total.
    maxPerTransaction: Math.floor((itemsOfTransaction - 1) / 2),

    async counted(orderId) {
      const generation = await generationOf();
      const { Item } = await documents.send(
        new GetCommand({ TableName: table, Key: countedKey(generation, orderId), ConsistentRead: true }),
      );
      return Item && countedOrder.parse(Item);
    },

    async countedOf(orderIds) {
      return (await Promise.all(chunksOf(orderIds, keysOfRead).map(readCounted))).flat();
    },

    async count(next, previousVersion, change) {
      const outcome = await countTogether([{ next, previousVersion, change }]);
      return outcome === 'not batched' ? 'stale' : outcome;
    },

    countTogether,
  };
}

function guard(previousVersion: number | undefined) {
  if (previousVersion === undefined) return { ConditionExpression: 'attribute_not_exists(pk)' };
  return {
    ConditionExpression: '#version = :previous',
    ExpressionAttributeNames: { '#version': 'version' },
    ExpressionAttributeValues: { ':previous': previousVersion },
  };
}

interface Move {
  readonly key: { readonly pk: string; readonly sk: string };
  readonly change: Sales;
  readonly expiresAt?: number;
}

/** Of each row of counters all that moves it: a transaction names no item twice. */
function movesOf(counts: readonly Count[], generation: string): Move[] {
  const moves = new Map<string, Move>();
  for (const { next, change } of counts) {
    const slot = salesSlot(next.orderId);
    const minute = minuteOf(next.acceptedAt);
    const rows = [
      { key: salesTotalKey(generation, next.sku, slot) },
      { key: salesMinuteKey(generation, next.sku, slot, minute), expiresAt: minuteExpiresAt(minute) },
    ];
    for (const row of rows) {
      const name = `${row.key.pk} ${row.key.sk}`;
      moves.set(name, { ...row, change: addSales(change, moves.get(name)?.change ?? noSales) });
    }
  }
  return [...moves.values()];
}

// ADD is safe here and only here: the guard in the same transaction makes a repetition fail as a whole.
const addAll = `ADD ${salesFields.map((field) => `${field} :${field}`).join(', ')}`;

function moveCounters({ key, change, expiresAt }: Move) {
  return {
    Key: key,
    UpdateExpression: expiresAt ? `${addAll} SET expiresAt = :expiresAt` : addAll,
    ExpressionAttributeValues: {
      ...Object.fromEntries(salesFields.map((field) => [`:${field}`, change[field]])),
      ...(expiresAt && { ':expiresAt': expiresAt }),
    },
  };
}
