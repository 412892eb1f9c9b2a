import type { TableIndex } from './table-index.ts';

const ofPort = ({ port, method }: TableIndex) => `${port}['${method}']`;

export const portMethod = ({ attribute, method }: TableIndex): string => `/**
   * Sorted products of the rows with this \`${attribute}\`. It may lag behind a write, and a page may hold fewer than
   * \`limit\`: the next page begins after the sku \`next\`.
   */
  ${method}(
    value: string,
    limit: number,
    after?: string,
  ): Promise<{ readonly skus: readonly string[]; readonly next?: string }>;`;

export const memory = (index: TableIndex): string => `import type { ${index.port} } from '../../ports/${index.file}.ts';
import type { MemoryState } from './state.ts';

export function ${index.id}({ ${index.memory}, turn }: Pick<MemoryState, '${index.memory}' | 'turn'>): ${ofPort(index)} {
  return async (value, limit, after = '') => {
    await turn();
    const found = [...${index.memory}.values()].filter((one) => one.${index.attribute} === value && one.sku > after);
    const skus = found.map(({ sku }) => sku).toSorted();
    const page = skus.slice(0, limit);
    const next = skus.length > limit ? page.at(-1) : undefined;
    return { skus: page, ...(next !== undefined && { next }) };
  };
}
`;

export const aws = (index: TableIndex): string => `import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { parseReadable } from '../../contracts/readable-rows.ts';
import { skuRow } from '../../contracts/rows.ts';
import { ${index.constant} } from '../../contracts/table-keys.ts';
import type { ${index.port} } from '../../ports/${index.file}.ts';
import { documents } from './clients/dynamodb-client.ts';
import { ${index.word}Key } from './keys.ts';

/** Reads the keys-only index of the table. */
export function ${index.id}(table: string): ${ofPort(index)} {
  return async (value, limit, after) => {
    const { Items, LastEvaluatedKey } = await documents.send(
      new QueryCommand({
        TableName: table,
        IndexName: ${index.constant},
        KeyConditionExpression: '#value = :value',
        ExpressionAttributeNames: { '#value': '${index.attribute}' },
        ExpressionAttributeValues: { ':value': value },
        Limit: limit,
        ...(after !== undefined && {
          ExclusiveStartKey: { ...${index.word}Key(after), ${index.attribute}: value, sku: after },
        }),
      }),
    );
    const skus = parseReadable(skuRow, Items ?? []).map(({ sku }) => sku);
    return { skus, ...(LastEvaluatedKey && { next: String(LastEvaluatedKey.sku) }) };
  };
}
`;

export const google = (index: TableIndex): string => `import type { Firestore } from '@google-cloud/firestore';
import type { ${index.port} } from '../../ports/${index.file}.ts';
import { buildQuery } from './firestore-client.ts';
import { queries } from './queries.ts';

export function ${index.id}(db: Firestore): ${ofPort(index)} {
  return async (value, limit, after) => {
    const { docs } = await buildQuery(db, queries.${index.id}, [value], after)
      .limit(limit + 1)
      .get();
    const skus = docs.slice(0, limit).map((document) => String(document.get('sku')));
    const next = docs.length > limit ? skus.at(-1) : undefined;
    return { skus, ...(next !== undefined && { next }) };
  };
}
`;

export const singlePartition = (
  index: TableIndex,
): string => `import { parseReadable } from '../../contracts/readable-rows.ts';
import { ${index.word}Row } from '../../contracts/rows.ts';
import type { ${index.port} } from '../../ports/${index.file}.ts';
import { RetryLater } from '../../ports/retry-later.ts';
import { ${index.id}Partition, ${index.word}Partition, ${index.word}RowKey } from './keys.ts';
import type { PartitionStore } from './store.ts';

/**
 * Lists a row by its value before it is stored, so that no stored row is missing. Nothing removes it after a change:
 * it would race with a change back.
 */
export async function ${listing(index)}(
  store: PartitionStore,
  { sku, ${index.attribute} }: { readonly sku: string; readonly ${index.attribute}: string },
): Promise<void> {
  const insert = { kind: 'insert', row: sku, value: {} } as const;
  const outcome = await store.write(${index.id}Partition(${index.attribute}), [insert]);
  if (outcome === 'busy') throw new RetryLater(\`the store is too busy to list \${sku}\`);
}

/** Leaves out what is listed by a value that it no longer has, and what was never stored. */
export function ${index.id}(store: PartitionStore): ${ofPort(index)} {
  return async (value, limit, after) => {
    const found = await store.list(${index.id}Partition(value), '', limit + 1, after);
    const skus = found.slice(0, limit).map(({ row }) => row);
    const rows = await Promise.all(skus.map((sku) => store.read(${index.word}Partition(sku), ${index.word}RowKey)));
    const stored = parseReadable(
      ${index.word}Row,
      rows.flatMap((row) => row?.value ?? []),
    );
    const next = found.length > limit ? skus.at(-1) : undefined;
    const current = stored.filter((one) => one.${index.attribute} === value).map(({ sku }) => sku);
    return { skus: current, ...(next !== undefined && { next }) };
  };
}
`;

/** The function that lists a row on Azure. */
export const listing = ({ id }: TableIndex): string => `listIn${id.charAt(0).toUpperCase()}${id.slice(1)}`;
