import { documents } from '../../../../functions/adapters/aws/clients/dynamodb-client.ts';
import { type Command, chargeOf, listTouched } from '../../../dynamodb/consumed.ts';
import type { Item } from '../../../dynamodb/expressions.ts';

/** Capacity units that DynamoDB charges for a table, without its indexes. */
export interface Units {
  readonly reads: number;
  readonly writes: number;
}

/**
 * Counts capacity units per table for all commands that the adapters send from now on. A failed transaction costs as
 * much as one that succeeds. `get` returns a stored row, whose size counts.
 */
export function countUnits(get: (table: string, key: Item) => Item | undefined): ReadonlyMap<string, Units> {
  const counted = new Map<string, Units>();
  const send = documents.send.bind(documents) as (command: Command) => Promise<unknown>;
  const counting = async (command: Command) => {
    const touched = listTouched(command);
    const before = touched.map(({ table, key }) => get(table, key));
    const charge = () => {
      for (const [index, one] of touched.entries()) {
        const { table, readUnits, writeUnits } = chargeOf(one, before[index], get(one.table, one.key));
        const { reads, writes } = counted.get(table) ?? { reads: 0, writes: 0 };
        counted.set(table, { reads: reads + readUnits, writes: writes + writeUnits });
      }
    };
    return send(command).finally(charge);
  };
  Object.assign(documents, { send: counting });
  return counted;
}
