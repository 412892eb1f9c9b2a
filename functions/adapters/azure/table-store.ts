import { odata, RestError, type TableClient, type TableEntityResult, type TransactionAction } from '@azure/data-tables';
import type { PartitionStore, Row, Write, WriteOutcome } from '../single-partition/store.ts';
import { requestOptions, unlessTransient } from './storage.ts';

/** A row's value is one property of JSON text: its schema is the protocol's, and no query here looks into it. */
type Entity = { readonly partitionKey: string; readonly rowKey: string; readonly value: string };

/** What Table Storage says when a condition failed; a missing table, say, is no condition. */
const conditions = new Set([
  'EntityAlreadyExists',
  'UpdateConditionNotSatisfied',
  'ConditionNotMet',
  'ResourceNotFound',
]);
/** Turned away at the door: nothing was written. */
const busyStatuses = new Set([429, 503]);

/** Table Storage as the store of one-partition transactions. */
export function tableStore(table: TableClient): PartitionStore {
  return {
    async read(partition, row) {
      try {
        return rowOf(await table.getEntity<Entity>(partition, row, { requestOptions }));
      } catch (error) {
        if (codeOf(error) === 'ResourceNotFound') return undefined;
        throw unlessTransient(error);
      }
    },

    async list(partition, prefix, limit, after) {
      const rows: Row[] = [];
      const filter = filterOf(partition, prefix, after);
      const pages = table
        .listEntities<Entity>({ queryOptions: { filter }, requestOptions })
        .byPage({ maxPageSize: Math.min(limit, 1_000) });
      try {
        for await (const page of pages) {
          rows.push(...page.map(rowOf));
          if (rows.length >= limit) break;
        }
      } catch (error) {
        throw unlessTransient(error);
      }
      return rows.slice(0, limit);
    },

    async write(partition, writes) {
      try {
        await send(table, partition, writes);
        return 'written';
      } catch (error) {
        return outcomeOf(error);
      }
    },
  };
}

async function send(table: TableClient, partition: string, writes: readonly Write[]): Promise<void> {
  const [only] = writes;
  if (writes.length > 1) {
    await table.submitTransaction(
      writes.map((write) => actionOf(partition, write)),
      { requestOptions },
    );
  } else if (only?.kind === 'insert') {
    await table.createEntity(entityOf(partition, only), { requestOptions });
  } else if (only?.kind === 'replace') {
    await table.updateEntity(entityOf(partition, only), 'Replace', { etag: only.etag, requestOptions });
  } else if (only) {
    await table.deleteEntity(partition, only.row, { etag: only.etag ?? '*', requestOptions });
  }
}

function actionOf(partition: string, write: Write): TransactionAction {
  if (write.kind === 'insert') return ['create', entityOf(partition, write)];
  if (write.kind === 'replace') return ['update', entityOf(partition, write), 'Replace', { etag: write.etag }];
  // The SDK has no ETag for a delete in a transaction. The rows that are deleted so (outbox) are never replaced: that
  // the row stands says as much as its ETag.
  return ['delete', { partitionKey: partition, rowKey: write.row }];
}

function entityOf(partitionKey: string, { row, value }: { row: string; value: object }): Entity {
  return { partitionKey, rowKey: row, value: JSON.stringify(value) };
}

function rowOf({ rowKey, etag, value }: TableEntityResult<Entity>): Row {
  return { row: rowKey ?? '', etag, value: JSON.parse(value) };
}

function filterOf(partition: string, prefix: string, after: string | undefined): string {
  const begin = after === undefined ? odata`RowKey ge ${prefix}` : odata`RowKey gt ${after}`;
  const end =
    prefix &&
    ` and ${odata`RowKey lt ${prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1)}`}`;
  return `${odata`PartitionKey eq ${partition}`} and ${begin}${end}`;
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof RestError)) return undefined;
  const details = error.details as { odataError?: { code?: string } } | undefined;
  return details?.odataError?.code ?? error.code;
}

function outcomeOf(error: unknown): WriteOutcome {
  if (conditions.has(codeOf(error) ?? '')) return 'refused';
  if (error instanceof RestError && busyStatuses.has(error.statusCode ?? 0)) return 'busy';
  throw unlessTransient(error);
}
