import type { TableIndex } from '../../stacks/model/services.ts';
import { type Expressions, type Item, meets } from './expressions.ts';
import { hashText } from './hash-text.ts';
import { findIndexes, keysOf } from './indexes.ts';
import { limits, sizeOf } from './limits.ts';

export interface Query extends Expressions {
  readonly TableName?: string | undefined;
  readonly IndexName?: string | undefined;
  readonly KeyConditionExpression?: string | undefined;
  readonly ExclusiveStartKey?: Item | undefined;
  readonly ScanIndexForward?: boolean | undefined;
  readonly ConsistentRead?: boolean | undefined;
  readonly Limit?: number | undefined;
}

export type Page = { readonly Items: readonly Item[]; readonly LastEvaluatedKey?: Item };

export function findIndex({ TableName = '', IndexName: name }: Query): TableIndex {
  const index = findIndexes(TableName).find((one) => one.name === name);
  if (!index) throw new Error(`the simulated table ${TableName} has no index '${name}'; add it to its shape`);
  return index;
}

/** DynamoDB accepts only a start key that meets the key condition. */
export function startsInRange({ ExclusiveStartKey, KeyConditionExpression, ...query }: Query): boolean {
  return !ExclusiveStartKey || meets(ExclusiveStartKey, { ...query, ConditionExpression: KeyConditionExpression });
}

/** Queries an index: only rows with its attributes, ordered by its sort key. */
export function queryPage(rows: readonly Item[], index: TableIndex, query: Query, cut: number): Page {
  const place = (item: Item) => `${item[index.sortKey]} ${item.pk} ${item.sk}`;
  const condition = { ...query, ConditionExpression: query.KeyConditionExpression };
  const found = rows.filter((item) => item[index.sortKey] !== undefined && meets(item, condition));
  const project = (item: Item): Item => ({
    ...keysOf(item),
    ...{ [index.partitionKey]: item[index.partitionKey], [index.sortKey]: item[index.sortKey] },
  });
  const sorted = after(found, query, place, query.ScanIndexForward === false ? -1 : 1);
  const page = pageOf(sorted, query, cut, project);
  return index.holds === 'items' ? page : { ...page, Items: page.Items.map(project) };
}

/** Scans a table: partitions come in the order of their keys' hashes, their rows by sort key. */
export function scanPage(rows: readonly Item[], query: Query, cut: number): Page {
  const place = ({ pk, sk = '' }: Item) => `${String(hashText(String(pk)) >>> 0).padStart(10, '0')} ${pk} ${sk}`;
  return pageOf(after(rows, query, place, 1), query, cut, keysOf);
}

type Place = (item: Item) => string;

/** The items after the start key, in the order of their places. */
function after(items: readonly Item[], { ExclusiveStartKey }: Query, place: Place, direction: 1 | -1): readonly Item[] {
  const start = ExclusiveStartKey && place(ExclusiveStartKey);
  return items
    .map((item) => ({ item, at: place(item) }))
    .filter(({ at }) => start === undefined || (direction === 1 ? at > start : at < start))
    .sort((a, b) => (a.at < b.at ? -direction : direction))
    .map(({ item }) => item);
}

/**
 * Ends at the limit, or earlier at 1 MB. One page in ten ends early, because real rows may be larger than simulated
 * ones. As on AWS, a page that ends at its limit names a last key, even when no rows follow.
 */
function pageOf(items: readonly Item[], { Limit = Infinity }: Query, cut: number, toKeys: (item: Item) => Item): Page {
  const most = cut < 0.1 ? Math.max(1, Math.ceil(Math.min(Limit, items.length) * cut * 10)) : Limit;
  const page: Item[] = [];
  let bytes = 0;
  for (const item of items) {
    if (page.length >= most || bytes > limits.pageBytes) break;
    bytes += sizeOf(item);
    page.push(item);
  }
  const last = page.at(-1);
  const isCut = page.length === Limit || page.length < items.length;
  return { Items: page, ...(last && isCut && { LastEvaluatedKey: toKeys(last) }) };
}
