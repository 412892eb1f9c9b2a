import {
  type CancellationReason,
  ConditionalCheckFailedException,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { type Expressions, type Item, meets, updated } from './expressions.ts';
import { History, toLagMs } from './history.ts';
import { limits, sizeOf } from './limits.ts';
import { type Luck, pickEntries } from './luck.ts';
import { findIndex, type Query, queryPage, scanPage, startsInRange } from './pages.ts';

export interface Write extends Expressions {
  readonly TableName?: string | undefined;
  readonly Key?: Item | undefined;
  readonly Item?: Item | undefined;
  readonly ReturnValues?: string | undefined;
  readonly ReturnValuesOnConditionCheckFailure?: string | undefined;
}

interface Keys {
  readonly Keys: readonly Item[];
  readonly ConsistentRead?: boolean;
}

export type Requests = Readonly<Record<string, Keys>>;

/** The writes of a BatchWriteItem, by table. */
export type BatchWrites = Readonly<
  Record<string, readonly { readonly PutRequest?: { Item: Item }; readonly DeleteRequest?: { Key: Item } }[]>
>;

export type Answer = Readonly<Record<string, unknown>>;
const fault = { $metadata: {} };

/** Target of a write, resolved once. */
interface Place {
  readonly name: string;
  readonly table: string;
  readonly rows: Map<string, Item>;
  /** Items locked by open transactions. */
  readonly held: Set<string>;
}

/** Callbacks into the simulation around the tables. */
export interface Surroundings {
  readonly now: () => number;
  /** Called for every change, as part of its commit. */
  readonly watch: (table: string, before: Item | undefined, after: Item) => void;
  /** Creates the error for a request that breaks a limit. */
  readonly refuse: (text: string) => Error;
}

/**
 * Tables with DynamoDB's guarantees: reads that lag unless they are consistent, conditional writes, and transactions
 * that lock their items from begin to commit, return a reason per item, and make every overlapping write conflict.
 */
export class Tables {
  readonly rows = new Map<string, Map<string, Item>>();
  readonly #held = new Map<string, Set<string>>();
  readonly #history = new History();
  readonly #world: Surroundings;

  constructor(world: Surroundings) {
    this.#world = world;
  }

  get(table: string, key: Item): Item | undefined {
    return this.rows.get(table)?.get(toRowName(key));
  }

  all(table = ''): readonly Item[] {
    return [...(this.rows.get(table)?.values() ?? [])];
  }

  /** Stores a row replicated from another region, without any condition. */
  replicate(table: string, row: Item): void {
    const place = this.#locate({ TableName: table, Key: row });
    this.#store(place, findItem(place), row);
  }

  /** GetItem. */
  read({ TableName, Key, ConsistentRead }: Write & Query, { pick }: Luck): Answer {
    return { Item: this.#find(TableName, Key, ConsistentRead, pick) };
  }

  /** BatchGetItem, in any order. With a conflict, some keys stay unprocessed. */
  readEach(requests: Requests, { conflict, pick, fresh }: Luck): Answer | Error {
    const tables = Object.entries(requests);
    const count = tables.reduce((sum, [, { Keys }]) => sum + Keys.length, 0);
    if (count > limits.batchReadKeys) return this.#world.refuse(`BatchGetItem of ${count} keys, at most 100`);
    const isLeft = pickEntries(conflict ? count : 0, pick);
    const lagOf = (index: number) => (fresh ? pick : ofKey(pick, index));
    const split = tables.map(([table, request]) => {
      const items = request.Keys.flatMap((key, index) =>
        isLeft(index) ? [] : (this.#find(table, key, request.ConsistentRead, lagOf(index)) ?? []),
      );
      const Keys = request.Keys.filter((_, index) => isLeft(index));
      return { table, items: pick * 8 < 4 ? items : items.reverse(), left: { ...request, Keys } };
    });
    return {
      Responses: Object.fromEntries(split.map(({ table, items }) => [table, items])),
      UnprocessedKeys: Object.fromEntries(
        split.filter(({ left }) => left.Keys.length > 0).map(({ table, left }) => [table, left]),
      ),
    };
  }

  /** PutItem or UpdateItem. */
  write(write: Write, { conflict }: Luck): Answer | Error {
    const place = this.#locate(write);
    if (conflict || isLocked(place)) return lockedItem;
    const before = findItem(place);
    if (!meets(before, write))
      return new ConditionalCheckFailedException({
        ...fault,
        message: 'the condition failed',
        ...shown(write, before),
      });
    const after = resultOf(write, before);
    const size = sizeOf(after ?? {});
    if (size > limits.itemBytes) return this.#world.refuse(`an item of ${size} bytes, at most 400 KB`);
    this.#store(place, before, after);
    return write.ReturnValues === 'ALL_NEW' ? { Attributes: after } : {};
  }

  /** BatchWriteItem. Writes that meet a conflict or a transaction stay unprocessed. */
  writeEach(requests: BatchWrites, { conflict, pick }: Luck): Answer | Error {
    const writes = Object.entries(requests).flatMap(([TableName, those]) =>
      those.map((request) => {
        const { PutRequest, DeleteRequest } = request;
        return {
          request,
          after: PutRequest?.Item,
          place: this.#locate({ TableName, ...PutRequest, ...DeleteRequest }),
        };
      }),
    );
    const refusal = findBatchRefusal(writes);
    if (refusal) return this.#world.refuse(refusal);
    const meetsOther = pickEntries(conflict ? writes.length : 0, pick);
    const left: Record<string, object[]> = {};
    for (const [index, { request, place, after }] of writes.entries()) {
      if (isLocked(place) || meetsOther(index)) left[place.table] = [...(left[place.table] ?? []), request];
      else if (after) this.#store(place, findItem(place), { ...after });
      // Lagging reads no longer find the row either. That is harmless, because only rows without readers are deleted.
      else place.rows.delete(place.name);
    }
    return { UnprocessedItems: left };
  }

  /** @returns the commit function, or an error with a reason per write */
  begin(writes: readonly Write[], { conflict, pick }: Luck): (() => Answer) | Error {
    const places = writes.map((write) => this.#locate(write));
    if (places.length > limits.transactionItems)
      return this.#world.refuse(`TransactWriteItems of ${places.length} items, at most 100`);
    if (hasRepetition(places)) return this.#world.refuse('TransactWriteItems names an item twice');
    const meetsOther = pickEntries(conflict ? writes.length : 0, pick);
    const reasons = writes.map((write, index): CancellationReason => {
      const place = places[index] as Place;
      if (isLocked(place) || meetsOther(index)) return conflicted;
      return meets(findItem(place), write)
        ? none
        : { Code: 'ConditionalCheckFailed', ...shown(write, findItem(place)) };
    });
    if (reasons.some((reason) => reason !== none)) return cancellation(reasons);
    const results = writes.map((write, index) => resultOf(write, findItem(places[index] as Place)));
    const tooLarge = findTooLarge(results);
    if (tooLarge) return this.#world.refuse(tooLarge);
    for (const { held, name } of places) held.add(name);
    return () => {
      for (const { held, name } of places) held.delete(name);
      for (const [index, place] of places.entries()) this.#store(place, findItem(place), results[index]);
      return {};
    };
  }

  /** TransactGetItems. */
  readTogether(gets: readonly Write[], { conflict, pick }: Luck): Answer | Error {
    if (gets.length > limits.transactionItems)
      return this.#world.refuse(`TransactGetItems of ${gets.length} items, at most 100`);
    const places = gets.map((get) => this.#locate(get));
    const meetsOther = pickEntries(conflict ? places.length : 0, pick);
    const reasons = places.map((place, index) => (isLocked(place) || meetsOther(index) ? conflicted : none));
    if (reasons.includes(conflicted)) return cancellation(reasons);
    return { Responses: places.map((place) => ({ Item: findItem(place) })) };
  }

  /** Query of an index, which is never consistent. */
  query(query: Query, { pick }: Luck): Answer | Error {
    if (query.ConsistentRead) return this.#world.refuse('a global index has no consistent reads');
    if (!startsInRange(query)) return this.#world.refuse('the start of the page is not within the key condition');
    const rows = this.#rowsOf(query, pick);
    return queryPage(rows, findIndex(query), query, (pick * 1_000) % 1);
  }

  scan(query: Query, { pick }: Luck): Answer {
    return scanPage(this.#rowsOf(query, pick), query, (pick * 1_000) % 1);
  }

  #find(table = '', key: Item = {}, consistent = false, pick = 0): Item | undefined {
    const item = this.get(table, key);
    const lagMs = consistent ? 0 : toLagMs(pick);
    return lagMs === 0 ? item : this.#history.asOf(item, this.#world.now() - lagMs);
  }

  #rowsOf({ TableName, ConsistentRead }: Query, pick: number): readonly Item[] {
    const lagMs = ConsistentRead ? 0 : toLagMs(pick);
    const rows = this.all(TableName);
    if (lagMs === 0) return rows;
    const asOfMs = this.#world.now() - lagMs;
    return rows.map((item) => this.#history.asOf(item, asOfMs)).filter((item) => item !== undefined);
  }

  #locate(write: Write): Place {
    const table = write.TableName ?? '';
    return {
      table,
      name: toRowName(write.Key ?? write.Item ?? {}),
      rows: setDefault(this.rows, table, () => new Map()),
      held: setDefault(this.#held, table, () => new Set()),
    };
  }

  #store({ table, name, rows }: Place, before: Item | undefined, after: Item | undefined): void {
    if (after === undefined || after === before) return;
    rows.set(name, after);
    this.#history.record(after, before, this.#world.now());
    this.#world.watch(table, before, after);
  }
}

/** Each item of a batch lags by its own time. */
const ofKey = (pick: number, index: number) => (pick + index * 0.618) % 1;

function findBatchRefusal(writes: readonly { readonly place: Place; readonly after: Item | undefined }[]) {
  if (writes.length < 1 || writes.length > limits.batchWriteItems)
    return `BatchWriteItem of ${writes.length} items, must be 1 to ${limits.batchWriteItems}`;
  if (hasRepetition(writes.map(({ place }) => place))) return 'BatchWriteItem names an item twice';
  const largest = Math.max(...writes.map(({ after }) => sizeOf(after ?? {})));
  return largest > limits.itemBytes ? `an item of ${largest} bytes, at most 400 KB` : undefined;
}

function hasRepetition(places: readonly Place[]): boolean {
  return new Set(places.map(({ table, name }) => `${table} ${name}`)).size < places.length;
}

function findTooLarge(results: readonly (Item | undefined)[]): string | undefined {
  let total = 0;
  for (const item of results) {
    const size = sizeOf(item ?? {});
    if (size > limits.itemBytes) return `an item of ${size} bytes, at most 400 KB`;
    total += size;
  }
  return total > limits.transactionBytes ? `TransactWriteItems of ${total} bytes, at most 4 MB` : undefined;
}

/** The item after a write whose condition holds; unchanged by a read or a condition check. */
function resultOf(write: Write, before: Item | undefined): Item | undefined {
  if (write.Item) return { ...write.Item };
  return write.UpdateExpression === undefined ? before : updated(before ?? write.Key ?? {}, write);
}

const isLocked = ({ held, name }: Place) => held.has(name);
const findItem = ({ rows, name }: Place) => rows.get(name);

// Errors without item data are reused: building them takes a large part of a run.
const none: CancellationReason = { Code: 'None' };
const conflicted: CancellationReason = { Code: 'TransactionConflict' };
const lockedItem = new TransactionConflictException({ ...fault, message: 'a transaction holds the item' });
const cancellations = new Map<string, TransactionCanceledException>();

export function cancellation(CancellationReasons: CancellationReason[]): Error {
  const cancel = () => new TransactionCanceledException({ ...fault, message: 'cancelled', CancellationReasons });
  if (CancellationReasons.some(({ Item }) => Item)) return cancel();
  return setDefault(cancellations, CancellationReasons.map(({ Code }) => Code).join(), cancel);
}

function setDefault<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}

function shown(write: Write, item: Item | undefined) {
  return write.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' && item ? { Item: marshall(item) } : {};
}

const toRowName = ({ pk, sk }: Item) => (sk === undefined ? String(pk) : `${pk} ${sk}`);
