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

/** Where a write goes: found once, however often it is looked at. */
interface Place {
  readonly name: string;
  readonly table: string;
  readonly rows: Map<string, Item>;
  /** What transactions hold until they commit. */
  readonly held: Set<string>;
}

/** Called with every committed change, inside its transaction. */
export type Watch = (table: string, before: Item | undefined, after: Item) => void;

/**
 * Tables with the promises of DynamoDB: conditional writes, and transactions that hold their items from begin to commit,
 * answer with a reason for each item, and make every overlapping write a conflict.
 */
export class Tables {
  readonly rows = new Map<string, Map<string, Item>>();
  readonly #held = new Map<string, Set<string>>();
  readonly #watch: Watch;

  constructor(watch: Watch) {
    this.#watch = watch;
  }

  get(table = '', key: Item = {}): Item | undefined {
    return this.rows.get(table)?.get(nameOf(key));
  }

  all(table = ''): readonly Item[] {
    return [...(this.rows.get(table)?.values() ?? [])];
  }

  /** BatchGetItem. Under `conflict` the last key of each table was not looked at. */
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
    const place = this.#placeOf(write);
    if (conflict || isHeld(place)) return heldItem;
    const before = standing(place);
    if (!meets(before, write))
      return new ConditionalCheckFailedException({
        ...fault,
        message: 'the condition failed',
        ...shown(write, before),
      });
    return { Attributes: this.#apply(write, place) };
  }

  /** @returns how to commit, or why not, with a reason for each write */
  begin(writes: readonly Write[], conflict: boolean): (() => Answer) | Error {
    if (writes.length > 100) throw new Error(`${writes.length} items; a transaction has at most 100`);
    const steps = writes.map((write) => ({ write, place: this.#placeOf(write) }));
    const reasons = steps.map(({ write, place }, index): CancellationReason => {
      // An injected conflict meets the last item: those before it may fail their conditions beside it.
      if (isHeld(place) || (conflict && index === writes.length - 1)) return conflicted;
      const before = standing(place);
      return meets(before, write) ? none : { Code: 'ConditionalCheckFailed', ...shown(write, before) };
    });
    if (reasons.some((reason) => reason !== none)) return cancellation(reasons);
    for (const { place } of steps) {
      if (isHeld(place)) throw new Error('an item stands twice in a transaction');
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
    const places = gets.map((get) => this.#placeOf(get));
    const reasons = places.map((place, index) => (isHeld(place) || (conflict && index === 0) ? conflicted : none));
    if (reasons.includes(conflicted)) return cancellation(reasons);
    return { Responses: places.map((place) => ({ Item: standing(place) })) };
  }

  /** Of an index whose sort key is `acceptedAt`, in its order. */
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

  #placeOf(write: Write): Place {
    const table = write.TableName ?? '';
    return {
      table,
      name: nameOf(write.Key ?? write.Item ?? {}),
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
const isHeld = ({ held, name }: Place) => held.has(name);
const standing = ({ rows, name }: Place) => rows.get(name);

// Errors that say nothing of their item are made once: making them is a good part of a run's time.
const none: CancellationReason = { Code: 'None' };
const conflicted: CancellationReason = { Code: 'TransactionConflict' };
const heldItem = new TransactionConflictException({ ...fault, message: 'a transaction holds the item' });
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

const nameOf = ({ pk, sk }: Item) => (sk === undefined ? String(pk) : `${pk} ${sk}`);
