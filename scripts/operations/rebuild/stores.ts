import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, DynamoDBDocumentClient, GetCommand, PutCommand, paginateScan } from '@aws-sdk/lib-dynamodb';
import pLimit from 'p-limit';
import { generationRow } from '../../../functions/adapters/aws/generation.ts';
import { liveGenerationKey } from '../../../functions/adapters/aws/keys.ts';
import type { OrderEvent } from '../../../functions/contracts/order-event.ts';
import { eventRow } from '../../../functions/contracts/rows.ts';
import { jitteredPause } from '../../../functions/runtime/system.ts';
import { splitGeneration } from '../../sale/check/generations.ts';
import type { ClientConfig } from '../../sale/check/read-stores.ts';
import { nameOf, type ViewRow, type Views } from './fold.ts';

type Write = { PutRequest: { Item: ViewRow } } | { DeleteRequest: { Key: { pk: string; sk: string } } };

const writesPerCall = 25;
const callsAtOnce = 8;

export type RebuildStores = ReturnType<typeof rebuildStores>;

/** The events, and the views of all generations. */
export function rebuildStores(tables: { orders: string; views: string }, config: ClientConfig) {
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient(config));

  async function* scan(TableName: string): AsyncGenerator<ViewRow> {
    const pages = paginateScan({ client: documents }, { TableName, ConsistentRead: true });
    for await (const { Items = [] } of pages) yield* Items as ViewRow[];
  }

  async function write(writes: readonly Write[]): Promise<void> {
    const limit = pLimit(callsAtOnce);
    const parts = Array.from({ length: Math.ceil(writes.length / writesPerCall) }, (_, i) =>
      writes.slice(i * writesPerCall, (i + 1) * writesPerCall),
    );
    await Promise.all(parts.map((part) => limit(() => writePart(part))));
  }

  async function writePart(part: readonly Write[]): Promise<void> {
    let waiting: readonly Write[] = part;
    for (let wait = 50; waiting.length > 0; wait = Math.min(wait * 2, 5_000)) {
      const { UnprocessedItems } = await documents.send(
        new BatchWriteCommand({ RequestItems: { [tables.views]: [...waiting] } }),
      );
      waiting = (UnprocessedItems?.[tables.views] ?? []) as Write[];
      if (waiting.length > 0) await jitteredPause(wait);
    }
  }

  return {
    /** `unreadable` are the keys of event rows that do not fit the schema: they count nowhere. */
    async events(): Promise<{ events: OrderEvent[]; unreadable: string[] }> {
      const [events, unreadable]: [OrderEvent[], string[]] = [[], []];
      for await (const row of scan(tables.orders)) {
        if (!row.sk.startsWith('EVENT#')) continue;
        const event = eventRow.safeParse(row);
        if (event.success) events.push(event.data);
        else unreadable.push(nameOf(row));
      }
      return { events, unreadable };
    },

    /** The rows of one generation, without its name. */
    async views(generation: string): Promise<Views> {
      const rows = new Map<string, ViewRow>();
      for await (const row of scan(tables.views)) {
        const split = splitGeneration(row);
        if (split?.generation === generation) rows.set(nameOf(split.row), split.row);
      }
      return rows;
    },

    put(generation: string, rows: Iterable<ViewRow>): Promise<void> {
      return write(
        [...rows].map((row) => ({
          PutRequest: { Item: { ...row, pk: generation ? `${generation}#${row.pk}` : row.pk } },
        })),
      );
    },

    /** Removes whatever belongs to another generation; returns how many rows that were. */
    async removeAllBut(generation: string): Promise<number> {
      const removals: Write[] = [];
      for await (const row of scan(tables.views)) {
        const split = splitGeneration(row);
        if (split && split.generation !== generation)
          removals.push({ DeleteRequest: { Key: { pk: row.pk, sk: row.sk } } });
      }
      await write(removals);
      return removals.length;
    },

    async live(): Promise<string> {
      const { Item } = await documents.send(
        new GetCommand({ TableName: tables.views, Key: liveGenerationKey, ConsistentRead: true }),
      );
      return generationRow.parse(Item ?? {}).generation;
    },

    /** False when another generation than `before` counts by now; nothing changed then. */
    async swap(before: string, after: string): Promise<boolean> {
      const guard =
        before === ''
          ? { ConditionExpression: 'attribute_not_exists(pk)' }
          : { ConditionExpression: 'generation = :before', ExpressionAttributeValues: { ':before': before } };
      try {
        const Item = { ...liveGenerationKey, generation: after };
        await documents.send(new PutCommand({ TableName: tables.views, Item, ...guard }));
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },
  };
}
