import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, DynamoDBDocumentClient, GetCommand, PutCommand, paginateScan } from '@aws-sdk/lib-dynamodb';
import pLimit from 'p-limit';
import { generationRow } from '../../../functions/adapters/aws/generation.ts';
import { liveGenerationKey } from '../../../functions/adapters/aws/keys.ts';
import type { StoredEvent } from '../../../functions/contracts/order-event.ts';
import { eventRow } from '../../../functions/contracts/rows.ts';
import { jitteredPause } from '../../../functions/runtime/system.ts';
import { splitGeneration } from '../../sale/check/generations.ts';
import type { ClientConfig } from '../../sale/check/read-stores.ts';
import { rowName, type ViewRow, type Views } from './fold.ts';

type Write = { PutRequest: { Item: ViewRow } } | { DeleteRequest: { Key: { pk: string; sk: string } } };

const writesPerCall = 25;
const concurrency = 8;

export function rebuildStores(tables: { orders: string; views: string }, config: ClientConfig): RebuildStores {
  return new RebuildStores(tables, DynamoDBDocumentClient.from(new DynamoDBClient(config)));
}

/** The events, and the views of all generations. */
export class RebuildStores {
  readonly #documents: DynamoDBDocumentClient;
  readonly #tables: { readonly orders: string; readonly views: string };

  constructor(tables: { orders: string; views: string }, documents: DynamoDBDocumentClient) {
    this.#tables = tables;
    this.#documents = documents;
  }

  /**
   * `unreadable` lists the keys of event rows that do not match the schema; no view counts them. `orders` holds the ids of
   * the order rows.
   */
  async events(): Promise<{ events: StoredEvent[]; unreadable: string[]; orders: Set<string> }> {
    const [events, unreadable]: [StoredEvent[], string[]] = [[], []];
    const orders = new Set<string>();
    for await (const row of this.#scan(this.#tables.orders)) {
      if (row.sk === 'ORDER') orders.add(row.pk.replace('ORDER#', ''));
      if (!row.sk.startsWith('EVENT#')) continue;
      const event = eventRow.safeParse(row);
      if (event.success) events.push(event.data);
      else unreadable.push(rowName(row));
    }
    return { events, unreadable, orders };
  }

  /** The rows of one generation, without its name, and the names of the others that have rows. */
  async views(generation: string): Promise<{ rows: Views; others: ReadonlySet<string> }> {
    const rows = new Map<string, ViewRow>();
    const others = new Set<string>();
    for await (const row of this.#scan(this.#tables.views)) {
      const split = splitGeneration(row);
      if (split?.generation === generation) rows.set(rowName(split.row), split.row);
      else if (split) others.add(split.generation);
    }
    return { rows, others };
  }

  put(generation: string, rows: Iterable<ViewRow>): Promise<void> {
    return this.#write(
      [...rows].map((row) => ({
        PutRequest: { Item: { ...row, pk: generation ? `${generation}#${row.pk}` : row.pk } },
      })),
    );
  }

  /** Removes all rows of these generations; returns their number. */
  async remove(generations: ReadonlySet<string>): Promise<number> {
    const removals: Write[] = [];
    for await (const row of this.#scan(this.#tables.views)) {
      const split = splitGeneration(row);
      if (split && generations.has(split.generation))
        removals.push({ DeleteRequest: { Key: { pk: row.pk, sk: row.sk } } });
    }
    await this.#write(removals);
    return removals.length;
  }

  /** The name of the live generation. */
  async live(): Promise<string> {
    const { Item } = await this.#documents.send(
      new GetCommand({ TableName: this.#tables.views, Key: liveGenerationKey, ConsistentRead: true }),
    );
    return generationRow.parse(Item ?? {}).generation;
  }

  /** Makes `after` live. Returns false, and changes nothing, if `before` is no longer live. */
  async swap(before: string, after: string): Promise<boolean> {
    const guard =
      before === ''
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : { ConditionExpression: 'generation = :before', ExpressionAttributeValues: { ':before': before } };
    try {
      const Item = { ...liveGenerationKey, generation: after };
      await this.#documents.send(new PutCommand({ TableName: this.#tables.views, Item, ...guard }));
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  async *#scan(TableName: string): AsyncGenerator<ViewRow> {
    const pages = paginateScan({ client: this.#documents }, { TableName, ConsistentRead: true });
    for await (const { Items = [] } of pages) yield* Items as ViewRow[];
  }

  async #write(writes: readonly Write[]): Promise<void> {
    const limit = pLimit(concurrency);
    const batches = Array.from({ length: Math.ceil(writes.length / writesPerCall) }, (_, i) =>
      writes.slice(i * writesPerCall, (i + 1) * writesPerCall),
    );
    await Promise.all(batches.map((batch) => limit(() => this.#writeBatch(batch))));
  }

  async #writeBatch(batch: readonly Write[]): Promise<void> {
    const { views } = this.#tables;
    let waiting = batch;
    for (let pauseMs = 50; waiting.length > 0; pauseMs = Math.min(pauseMs * 2, 5_000)) {
      const { UnprocessedItems } = await this.#documents.send(
        new BatchWriteCommand({ RequestItems: { [views]: [...waiting] } }),
      );
      waiting = (UnprocessedItems?.[views] ?? []) as Write[];
      if (waiting.length > 0) await jitteredPause(pauseMs);
    }
  }
}
