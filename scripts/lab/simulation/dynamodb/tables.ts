import {
  type CancellationReason,
  ConditionalCheckFailedException,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { type Expressions, type Item, meets, updated } from './expressions.ts';

export interface Write extends Expressions {
  readonly TableName?: string | undefined;
  readonly Key?: Item | undefined;
  readonly Item?: Item | undefined;
  readonly ReturnValuesOnConditionCheckFailure?: string | undefined;
}

export interface Query extends Expressions {
  readonly TableName?: string | undefined;
  readonly KeyConditionExpression?: string | undefined;
  readonly ExclusiveStartKey?: Item | undefined;
  readonly Limit?: number | undefined;
}

export type Requests = Readonly<Record<string, { readonly Keys: readonly Item[] }>>;

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

/** Called for every change, as part of its commit. */
export type Watch = (table: string, before: Item | undefined, after: Item) => void;

/**
 * Tables with DynamoDB's guarantees: conditional writes, and transactions that lock their items from begin to commit,
 * return a reason per item, and make every overlapping write conflict.
 */
export class Tables {
  readonly rows = new Map<string, Map<string, Item>>();
  readonly #held = new Map<string, Set<string>>();
  readonly #watch: Watch;

  constructor(watch: Watch) {
    this.#watch = watch;
  }

  get(table = '', key: Item = {}): Item | undefined {
    return this.rows.get(table)?.get(toRowName(key));
  }

  all(table = ''): readonly Item[] {
    return [...(this.rows.get(table)?.values() ?? [])];
  }

  /** BatchGetItem. With `conflict`, the last key of each table stays unprocessed. */
  readEach(requests: Requests, conflict: boolean): Answer {
    const tables = Object.entries(requests);
    const left = (Keys: readonly Item[]) => (conflict ? Keys.slice(-1) : []);
    return {
      Responses: Object.fromEntries(
        tables.map(([table, { Keys }]) => [
          table,
          Keys.slice(0, Keys.length - left(Keys).length).flatMap((key) => this.get(table, key) ?? []),
        ]),
      ),
      UnprocessedKeys: Object.fromEntries(tables.map(([table, { Keys }]) => [table, { Keys: left(Keys) }])),
    };
  }

  /** PutItem or UpdateItem. */
  write(write: Write, conflict: boolean): Answer | Error {
    const place = this.#locate(write);
    if (conflict || isLocked(place)) return lockedItem;
    const before = findItem(place);
    if (!meets(before, write))
      return new ConditionalCheckFailedException({
        ...fault,
        message: 'the condition failed',
        ...shown(write, before),
      });
    return { Attributes: this.#apply(write, place) };
  }

  /** @returns the commit function, or an error with a reason per write */
  begin(writes: readonly Write[], conflict: boolean): (() => Answer) | Error {
    if (writes.length > 100) throw new Error(`${writes.length} items; a transaction has at most 100`);
    const steps = writes.map((write) => ({ write, place: this.#locate(write) }));
    const reasons = steps.map(({ write, place }, index): CancellationReason => {
      // An injected conflict hits the last item, so that earlier ones can fail their conditions as well.
      if (isLocked(place) || (conflict && index === writes.length - 1)) return conflicted;
      const before = findItem(place);
      return meets(before, write) ? none : { Code: 'ConditionalCheckFailed', ...shown(write, before) };
    });
    if (reasons.some((reason) => reason !== none)) return cancellation(reasons);
    for (const { place } of steps) {
      if (isLocked(place)) throw new Error(`item '${place.name}' occurs twice in a transaction`);
      place.held.add(place.name);
    }
    return () => {
      for (const { place } of steps) place.held.delete(place.name);
      for (const { write, place } of steps) this.#apply(write, place);
      return {};
    };
  }

  /** TransactGetItems. */
  readTogether(gets: readonly Write[], conflict: boolean): Answer | Error {
    const places = gets.map((get) => this.#locate(get));
    const reasons = places.map((place, index) => (isLocked(place) || (conflict && index === 0) ? conflicted : none));
    if (reasons.includes(conflicted)) return cancellation(reasons);
    return { Responses: places.map((place) => ({ Item: findItem(place) })) };
  }

  /** Queries an index sorted by `acceptedAt`. */
  query({ KeyConditionExpression, ExclusiveStartKey, Limit = Infinity, ...query }: Query, late: boolean): Answer {
    const start = ExclusiveStartKey ? placeInIndex(ExclusiveStartKey) : '';
    const found = this.all(query.TableName)
      .filter((item) => meets(item, { ...query, ConditionExpression: KeyConditionExpression }))
      .filter((item) => placeInIndex(item) > start)
      .sort((a, b) => (placeInIndex(a) < placeInIndex(b) ? -1 : 1));
    const page = found.slice(0, Limit);
    const last = found.length > page.length ? { LastEvaluatedKey: page.at(-1) } : {};
    return { Items: late ? page.slice(0, -1) : page, ...last };
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

  #apply(write: Write, { table, name, rows }: Place): Item | undefined {
    const before = rows.get(name);
    if (!write.Item && write.UpdateExpression === undefined) return before;
    const after = write.Item ?? updated(before ?? write.Key ?? {}, write);
    rows.set(name, after);
    this.#watch(table, before, after);
    return after;
  }
}

const placeInIndex = ({ acceptedAt, pk }: Item) => `${acceptedAt} ${pk}`;
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
