import type { KeysAndAttributes } from '@aws-sdk/client-dynamodb';
import { BatchGetCommand, GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { parseReadable, parseStored } from '../../contracts/readable-rows.ts';
import { type CountedOrder, countedOrder, minuteRetentionDays, salesRow } from '../../contracts/view.ts';
import { addSales, noSales, type Sales, salesFields, salesSlot, salesSlots, toMinute } from '../../domain/sales.ts';
import { toChunks } from '../../lib/chunks.ts';
import { RetryLater } from '../../ports/retry-later.ts';
import type { Count, GroupViews, SalesReader } from '../../ports/views.ts';
import { parseCancellation } from './cancellation.ts';
import { documents, maxKeysPerRead, maxTransactionItems } from './clients/dynamodb-client.ts';
import { generationRow, liveGeneration } from './generation.ts';
import { countedKey, liveGenerationKey, salesMinuteKey, salesTotalKey } from './keys.ts';

/** Epoch seconds. Derived from the minute, not from an order, so that replays write the same value. */
export function minuteExpiresAt(minute: string): number {
  return Date.parse(`${minute}:00Z`) / 1_000 + minuteRetentionDays * 86_400;
}

const attempts = 3;

export function salesReader(table: string): SalesReader {
  let generation = '';
  return {
    async toSales(sku) {
      for (let attempt = 0; attempt < attempts; attempt++) {
        const rows = await readCounters(table, generation, sku);
        // Read together with the counters, so that counters of an old generation are never returned.
        const live = parseStored(generationRow, rows.find(({ sk }) => sk === liveGenerationKey.sk) ?? {}).generation;
        const counters = rows.filter(({ sk }) => sk !== liveGenerationKey.sk);
        if (live === generation) return counters.map((row) => parseStored(salesRow, row)).reduce(addSales, noSales);
        generation = live;
      }
      throw new RetryLater(`the live generation of the views changed during ${attempts} reads`);
    },
  };
}

async function readCounters(table: string, generation: string, sku: string): Promise<Record<string, unknown>[]> {
  const counters = Array.from({ length: salesSlots }, (_, slot) => salesTotalKey(generation, sku, slot));
  return readEach(table, { Keys: [liveGenerationKey, ...counters] });
}

/** @throws {RetryLater} when DynamoDB left some keys unprocessed */
async function readEach(
  table: string,
  keys: Pick<KeysAndAttributes, 'ConsistentRead'> & { Keys: Record<string, string>[] },
) {
  const { Responses, UnprocessedKeys } = await documents.send(new BatchGetCommand({ RequestItems: { [table]: keys } }));
  if (UnprocessedKeys?.[table]?.Keys?.length) throw new RetryLater('DynamoDB throttled a read of the views');
  return Responses?.[table] ?? [];
}

/** @param readGeneration the generation to count in; the live one by default */
export function salesViews(table: string, readGeneration = liveGeneration(table)): GroupViews {
  /** A swap since the guards were read does no harm: each guard is checked against the row being written. */
  async function countTogether(counts: readonly Count[]): Promise<'committed' | 'not batched' | 'conflict'> {
    const TransactItems = buildWrites(table, await readGeneration(), counts);
    try {
      await documents.send(new TransactWriteCommand({ TransactItems }));
      return 'committed';
    } catch (error) {
      return parseCancellation(error).kind === 'conflict' ? 'conflict' : 'not batched';
    }
  }

  return {
    // Each order writes its guard row and at most one minute row; all share one total row.
    maxPerTransaction: Math.floor((maxTransactionItems - 1) / 2),

    async counted(orderId) {
      const generation = await readGeneration();
      const { Item } = await documents.send(
        new GetCommand({ TableName: table, Key: countedKey(generation, orderId), ConsistentRead: true }),
      );
      return Item && parseStored(countedOrder, Item);
    },

    async countedOf(orderIds) {
      const chunks = toChunks(orderIds, maxKeysPerRead);
      return (await Promise.all(chunks.map((ids) => readCounted(table, readGeneration, ids)))).flat();
    },

    async count(next, previousVersion, change) {
      const outcome = await countTogether([{ next, previousVersion, change }]);
      return outcome === 'not batched' ? 'stale' : outcome;
    },

    countTogether,
  };
}

async function readCounted(
  table: string,
  readGeneration: () => Promise<string>,
  orderIds: readonly string[],
): Promise<CountedOrder[]> {
  const generation = await readGeneration();
  const Keys = orderIds.map((orderId) => countedKey(generation, orderId));
  // Counting an order whose guard is unreadable fails by itself, without the others of its batch.
  return parseReadable(countedOrder, await readEach(table, { Keys, ConsistentRead: true }));
}

function buildWrites(table: string, generation: string, counts: readonly Count[]) {
  const orders = counts.map(({ next, previousVersion }) => ({
    Put: {
      TableName: table,
      Item: { ...countedKey(generation, next.orderId), ...next },
      ...guard(previousVersion),
    },
  }));
  const counters = toMoves(counts, generation).map((move) => ({ Update: { TableName: table, ...moveCounters(move) } }));
  return [...orders, ...counters];
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

/** Total change per counter row: a transaction may name an item only once. */
function toMoves(counts: readonly Count[], generation: string): Move[] {
  const moves = new Map<string, Move>();
  for (const { next, change } of counts) {
    const slot = salesSlot(next.orderId);
    const minute = toMinute(next.acceptedAt);
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

// ADD is safe only here: the guard in the same transaction makes a repetition fail as a whole.
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
