import { documents } from '../../../../functions/adapters/aws/dynamodb-client.ts';
import type { Item } from '../../../dynamodb/expressions.ts';
import { sizeOf } from '../../../dynamodb/limits.ts';

/** What DynamoDB charges: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html */
export interface Units {
  readonly reads: number;
  readonly writes: number;
}

interface Entry {
  readonly TableName?: string;
  readonly Key?: Item;
  readonly Item?: Item;
  readonly ConsistentRead?: boolean;
}

interface Command {
  readonly constructor: { readonly name: string };
  readonly input: Entry & {
    readonly TransactItems?: readonly Readonly<Partial<Record<'Put' | 'Update' | 'Get' | 'ConditionCheck', Entry>>>[];
  };
}

const readUnitBytes = 4_096;
const writeUnitBytes = 1_024;
/** A transaction prepares and commits each item, so it pays twice; also for an item that it does not change. */
const inTransaction = 2;

/**
 * Counts the units of each table in whatever the adapters send from now on. A failed transaction is charged like one
 * that succeeds. `get` shows a stored row, whose size counts.
 */
export function countUnits(get: (table: string, key: Item) => Item | undefined): ReadonlyMap<string, Units> {
  const counted = new Map<string, Units>();
  const send = documents.send.bind(documents) as (command: Command) => Promise<unknown>;
  const add = (table: string, { reads, writes }: Units) => {
    const before = counted.get(table) ?? { reads: 0, writes: 0 };
    counted.set(table, { reads: before.reads + reads, writes: before.writes + writes });
  };
  const counting = async (command: Command) => {
    for (const { kind, entry, times } of listEntries(command)) {
      const table = entry.TableName ?? '';
      const stored = get(table, entry.Key ?? entry.Item ?? {});
      const bytes = Math.max(1, sizeOf(stored ?? {}), sizeOf(entry.Item ?? {}));
      if (kind === 'read') add(table, { reads: times * Math.ceil(bytes / readUnitBytes), writes: 0 });
      else add(table, { reads: 0, writes: times * Math.ceil(bytes / writeUnitBytes) });
    }
    return send(command);
  };
  Object.assign(documents, { send: counting });
  return counted;
}

interface Counted {
  readonly kind: 'read' | 'write';
  readonly entry: Entry;
  readonly times: number;
}

function listEntries({ constructor: { name }, input }: Command): readonly Counted[] {
  const entries = (input.TransactItems ?? []).map(({ Put, Update, Get, ConditionCheck }) => ({
    entry: Put ?? Update ?? Get ?? ConditionCheck ?? {},
    times: inTransaction,
  }));
  switch (name) {
    case 'GetCommand':
      return [{ kind: 'read', entry: input, times: input.ConsistentRead ? 1 : 0.5 }];
    case 'TransactGetCommand':
      return entries.map((entry) => ({ kind: 'read', ...entry }));
    case 'TransactWriteCommand':
      return entries.map((entry) => ({ kind: 'write', ...entry }));
    default:
      throw new Error(`cannot count the units of ${name}; add it to costs/units.ts`);
  }
}
