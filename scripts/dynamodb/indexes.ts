import { type TableIndex, tableNames } from '../../stacks/model/services.ts';
import { indexesOf } from '../../stacks/model/table-shapes.ts';
import type { Item } from './expressions.ts';

/** @param name a table's name in the model, or its physical name, which ends in it */
export function findIndexes(name: string): readonly TableIndex[] {
  const table = tableNames.find((one) => name === one || name.endsWith(`-${one}`));
  return table ? indexesOf(table) : [];
}

/** The item's key, with or without a sort key. */
export const keysOf = ({ pk, sk }: Item): Item => (sk === undefined ? { pk } : { pk, sk });
