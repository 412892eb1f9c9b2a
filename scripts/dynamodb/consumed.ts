import type { TableIndex } from '../../stacks/model/services.ts';
import type { Item } from './expressions.ts';
import { findIndexes, keysOf } from './indexes.ts';
import { itemSize } from './item-size.ts';

/** Capacity consumed by one item of a call. A transaction never doubles index writes. */
export interface Charge {
  readonly table: string;
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly indexWriteUnits: number;
}

interface Named {
  readonly TableName?: string | undefined;
  readonly Key?: Item | undefined;
  readonly Item?: Item | undefined;
  readonly ConsistentRead?: boolean | undefined;
}

interface KeysAndOptions {
  readonly Keys: readonly Item[];
  readonly ConsistentRead?: boolean | undefined;
}

type WriteRequests = readonly { readonly PutRequest?: { Item: Item }; readonly DeleteRequest?: { Key: Item } }[];

export interface Command {
  readonly constructor: { readonly name: string };
  readonly input: Named & {
    readonly IndexName?: string | undefined;
    readonly RequestItems?: Readonly<Record<string, KeysAndOptions | WriteRequests>>;
    readonly TransactItems?: readonly Readonly<Partial<Record<string, Named>>>[];
  };
}

/** An item that a call names. */
export interface Touched {
  readonly kind: 'read' | 'write';
  readonly table: string;
  readonly key: Item;
  /** Units of one read or write of the smallest size. */
  readonly times: number;
}

const readUnitBytes = 4_096;
const writeUnitBytes = 1_024;
/** A transaction prepares and commits each item, whether it changes it or not, and also when it is cancelled. */
const inTransaction = 2;

const readTimes = (consistent: boolean | undefined) => (consistent ? 1 : 0.5);

/** The items that a call names, in order; none for queries and scans, see {@link chargeOfPage}. */
export function listTouched({ constructor: { name }, input }: Command): readonly Touched[] {
  const named = (kind: Touched['kind'], { TableName = '', Key, Item }: Named, times: number): Touched => ({
    ...{ kind, table: TableName, key: Key ?? Item ?? {}, times },
  });
  const transacted = (kind: Touched['kind']) =>
    (input.TransactItems ?? []).map((entry) => named(kind, Object.values(entry)[0] ?? {}, inTransaction));
  switch (name) {
    case 'GetCommand':
      return [named('read', input, readTimes(input.ConsistentRead))];
    case 'PutCommand':
    case 'UpdateCommand':
    case 'DeleteCommand':
      return [named('write', input, 1)];
    case 'TransactGetCommand':
      return transacted('read');
    case 'TransactWriteCommand':
      return transacted('write');
    case 'BatchGetCommand':
    case 'BatchWriteCommand':
      return Object.entries(input.RequestItems ?? {}).flatMap(([TableName, requests]) =>
        'Keys' in requests
          ? requests.Keys.map((Key) => named('read', { TableName, Key }, readTimes(requests.ConsistentRead)))
          : requests.map(({ PutRequest, DeleteRequest }) =>
              named('write', { TableName, ...PutRequest, ...DeleteRequest }, 1),
            ),
      );
    case 'QueryCommand':
    case 'ScanCommand':
      return [];
    default:
      throw new Error(`cannot count the units of ${name}; add it to scripts/dynamodb/consumed.ts`);
  }
}

const unitsOf = (bytes: number, unitBytes: number) => Math.max(1, Math.ceil(bytes / unitBytes));

/**
 * Capacity consumed by one item of a call. A missing item counts with the smallest size, also if a write to it fails.
 * An update counts the larger of both versions. `after` is `before` when a condition failed or a transaction was
 * cancelled.
 */
export function chargeOf({ kind, table, times }: Touched, before: Item | undefined, after: Item | undefined): Charge {
  const bytes = Math.max(itemSize(before ?? {}), itemSize(after ?? {}));
  if (kind === 'read')
    return { table, readUnits: times * unitsOf(bytes, readUnitBytes), writeUnits: 0, indexWriteUnits: 0 };
  const indexWriteUnits = indexUnits(table, before, after);
  return { table, readUnits: 0, writeUnits: times * unitsOf(bytes, writeUnitBytes), indexWriteUnits };
}

/** A page of a query or a scan is charged by its total bytes, one unit at least. */
export function chargeOfPage({ input }: Command, items: readonly Item[]): Charge {
  const bytes = items.reduce((sum, item) => sum + itemSize(item), 0);
  const readUnits = readTimes(input.ConsistentRead) * unitsOf(bytes, readUnitBytes);
  return { table: input.TableName ?? '', readUnits, writeUnits: 0, indexWriteUnits: 0 };
}

/** An index is written if a projected attribute changed; a changed key is a delete and an insert. */
function indexUnits(table: string, before: Item | undefined, after: Item | undefined): number {
  if (before === after) return 0;
  return findIndexes(table).reduce(
    (sum, index) => sum + indexWrites(index, projectOn(index, before), projectOn(index, after)),
    0,
  );
}

function indexWrites({ partitionKey, sortKey }: TableIndex, before: Item | undefined, after: Item | undefined): number {
  const writes = (item: Item | undefined) => (item ? unitsOf(itemSize(item), writeUnitBytes) : 0);
  const moved = before?.[partitionKey] !== after?.[partitionKey] || before?.[sortKey] !== after?.[sortKey];
  if (moved) return writes(before) + writes(after);
  return JSON.stringify(before) === JSON.stringify(after) ? 0 : Math.max(writes(before), writes(after));
}

/** The row in an index; undefined for an item without the index's attributes, which is not in it. */
export function projectOn({ partitionKey, sortKey, holds }: TableIndex, item: Item | undefined): Item | undefined {
  if (item?.[partitionKey] === undefined || item[sortKey] === undefined) return undefined;
  if (holds === 'items') return item;
  return { ...keysOf(item), [partitionKey]: item[partitionKey], [sortKey]: item[sortKey] };
}

/** Bytes that an item and its rows in indexes are stored with: each adds 100. */
export function storedBytes(table: string, item: Item): number {
  const rows = findIndexes(table).map((index) => projectOn(index, item));
  return [item, ...rows].reduce((sum: number, row) => (row ? sum + itemSize(row) + 100 : sum), 0);
}
