import type { TableIndex } from '../../stacks/model/services.ts';
import { findTable, indexesOf } from '../../stacks/model/table-shapes.ts';
import type { Item } from './expressions.ts';

/** @param name a table's name in the model, or a physical one */
export function findIndexes(name: string): readonly TableIndex[] {
  const table = findTable(name);
  return table ? indexesOf(table) : [];
}

/** The item's key, with or without a sort key. */
export const keysOf = ({ pk, sk }: Item): Item => (sk === undefined ? { pk } : { pk, sk });
