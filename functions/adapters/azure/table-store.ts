import { odata, RestError, type TableClient, type TableEntityResult, type TransactionAction } from '@azure/data-tables';
import type { PartitionStore, Row, Write, WriteOutcome } from '../single-partition/store.ts';
import { requestOptions, unlessTransient } from './storage.ts';

/** A row's value is one property of JSON text: `single-partition` defines its schema, and no query looks inside. */
type Entity = { readonly partitionKey: string; readonly rowKey: string; readonly value: string };

/** Error codes of a failed condition. A missing table, for example, is not one. */
const conditionCodes = new Set([
  'EntityAlreadyExists',
  'UpdateConditionNotSatisfied',
  'ConditionNotMet',
  'ResourceNotFound',
]);
/** Throttled: nothing was written. https://learn.microsoft.com/rest/api/storageservices/common-rest-api-error-codes */
const busyStatuses = new Set([429, 503]);

/** Table Storage as a single-partition store. */
export function tableStore(table: TableClient): PartitionStore {
  return {
    async read(partition, row) {
      try {
        return toRow(await table.getEntity<Entity>(partition, row, { requestOptions }));
      } catch (error) {
        if (findErrorCode(error) === 'ResourceNotFound') return undefined;
        throw unlessTransient(error);
      }
    },

    async list(partition, prefix, limit, after) {
      const rows: Row[] = [];
      const filter = buildFilter(partition, prefix, after);
      const pages = table
        .listEntities<Entity>({ queryOptions: { filter }, requestOptions })
        .byPage({ maxPageSize: Math.min(limit, 1_000) });
      try {
        for await (const page of pages) {
          rows.push(...page.map(toRow));
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
        return toOutcome(error);
      }
    },
  };
}

async function send(table: TableClient, partition: string, writes: readonly Write[]): Promise<void> {
  const [only] = writes;
  if (writes.length > 1) {
    await table.submitTransaction(
      writes.map((write) => toAction(partition, write)),
      { requestOptions },
    );
  } else if (only?.kind === 'insert') {
    await table.createEntity(toEntity(partition, only), { requestOptions });
  } else if (only?.kind === 'replace') {
    await table.updateEntity(toEntity(partition, only), 'Replace', { etag: only.etag, requestOptions });
  } else if (only) {
    await table.deleteEntity(partition, only.row, { etag: only.etag ?? '*', requestOptions });
  }
}

function toAction(partition: string, write: Write): TransactionAction {
  if (write.kind === 'insert') return ['create', toEntity(partition, write)];
  if (write.kind === 'replace') return ['update', toEntity(partition, write), 'Replace', { etag: write.etag }];
  // The SDK takes no ETag for a delete in a transaction. Rows deleted this way (outbox) are never replaced, so their
  // existence says as much as an ETag.
  return ['delete', { partitionKey: partition, rowKey: write.row }];
}

function toEntity(partitionKey: string, { row, value }: { row: string; value: object }): Entity {
  return { partitionKey, rowKey: row, value: JSON.stringify(value) };
}

function toRow({ rowKey, etag, value }: TableEntityResult<Entity>): Row {
  return { row: rowKey ?? '', etag, value: JSON.parse(value) };
}

function buildFilter(partition: string, prefix: string, after: string | undefined): string {
  const begin = after === undefined ? odata`RowKey ge ${prefix}` : odata`RowKey gt ${after}`;
  const end =
    prefix &&
    ` and ${odata`RowKey lt ${prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1)}`}`;
  return `${odata`PartitionKey eq ${partition}`} and ${begin}${end}`;
}

function findErrorCode(error: unknown): string | undefined {
  if (!(error instanceof RestError)) return undefined;
  const details = error.details as { odataError?: { code?: string } } | undefined;
  return details?.odataError?.code ?? error.code;
}

function toOutcome(error: unknown): WriteOutcome {
  const code = findErrorCode(error) ?? '';
  if (conditionCodes.has(code)) return 'refused';
  if (error instanceof RestError && busyStatuses.has(error.statusCode ?? 0)) return 'busy';
  throw unlessTransient(error);
}
