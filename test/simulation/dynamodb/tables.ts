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

export type Answer = Readonly<Record<string, unknown>>;
const fault = { $metadata: {} };

/** Called with every committed change, inside its transaction. */
export type Watch = (table: string, before: Item | undefined, after: Item) => void;

/**
 * Tables with the promises of DynamoDB: conditional writes, and transactions that hold their items from begin to commit,
 * answer with a reason for each item, and make every overlapping write a conflict.
 */
export class Tables {
  readonly rows = new Map<string, Map<string, Item>>();
  #held = new Set<string>();
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

  /** PutItem or UpdateItem. */
  write(write: Write, conflict: boolean): Answer {
    if (conflict || this.#held.has(idOf(write)))
      throw new TransactionConflictException({ ...fault, message: 'a transaction holds the item' });
    const before = this.#standing(write);
    if (!meets(before, write))
      throw new ConditionalCheckFailedException({ ...fault, message: 'the condition failed', ...shown(write, before) });
    return { Attributes: this.#apply(write) };
  }

  /** @returns how to commit @throws {TransactionCanceledException} with a reason for each write */
  begin(writes: readonly Write[], conflict: boolean): () => Answer {
    const ids = writes.map(idOf);
    if (new Set(ids).size < ids.length) throw new Error('an item stands twice in a transaction');
    if (ids.length > 100) throw new Error(`${ids.length} items; a transaction has at most 100`);
    const reasons = writes.map((write, index): CancellationReason => {
      // An injected conflict meets the last item: those before it may fail their conditions beside it.
      if (this.#held.has(idOf(write)) || (conflict && index === writes.length - 1))
        return { Code: 'TransactionConflict' };
      const before = this.#standing(write);
      return meets(before, write) ? { Code: 'None' } : { Code: 'ConditionalCheckFailed', ...shown(write, before) };
    });
    this.#cancelUnlessNone(reasons);
    for (const id of ids) this.#held.add(id);
    return () => {
      for (const id of ids) this.#held.delete(id);
      for (const write of writes) this.#apply(write);
      return {};
    };
  }

  /** TransactGetItems. */
  readTogether(gets: readonly Write[], conflict: boolean): Answer {
    const held = (get: Write, index: number) => this.#held.has(idOf(get)) || (conflict && index === 0);
    this.#cancelUnlessNone(gets.map((get, index) => ({ Code: held(get, index) ? 'TransactionConflict' : 'None' })));
    return { Responses: gets.map((get) => ({ Item: this.#standing(get) })) };
  }

  #cancelUnlessNone(CancellationReasons: CancellationReason[]): void {
    if (CancellationReasons.every(({ Code }) => Code === 'None')) return;
    throw new TransactionCanceledException({ ...fault, message: 'cancelled', CancellationReasons });
  }

  #standing(write: Write): Item | undefined {
    return this.get(write.TableName, write.Key ?? write.Item);
  }

  #apply(write: Write): Item {
    const table = write.TableName ?? '';
    const rows = this.rows.get(table) ?? new Map<string, Item>();
    this.rows.set(table, rows);
    const name = nameOf(write.Key ?? write.Item ?? {});
    const before = rows.get(name);
    const after = write.Item ?? updated(before ?? write.Key ?? {}, write);
    rows.set(name, after);
    this.#watch(table, before, after);
    return after;
  }
}

function shown(write: Write, item: Item | undefined) {
  return write.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' && item ? { Item: marshall(item) } : {};
}

const nameOf = ({ pk, sk }: Item) => (sk === undefined ? String(pk) : `${pk} ${sk}`);
const idOf = (write: Write) => `${write.TableName} ${nameOf(write.Key ?? write.Item ?? {})}`;
