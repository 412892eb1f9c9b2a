import { type TableIndex, tableNames } from '../../stacks/model/services.ts';
import { indexesOf } from '../../stacks/model/table-shapes.ts';
import type { Item } from './expressions.ts';

/** A table of a stage in several regions ends in its region. */
const region = '(-[a-z]{2}(-[a-z]+)+-\\d+)?';
const tables = tableNames.map((table) => ({ table, names: new RegExp(`(^|-)${table}${region}$`) }));

/** @param name a table's name in the model, or a physical one, which ends in it */
export function findIndexes(name: string): readonly TableIndex[] {
  const found = tables.find(({ names }) => names.test(name));
  return found ? indexesOf(found.table) : [];
}

/** The item's key, with or without a sort key. */
export const keysOf = ({ pk, sk }: Item): Item => (sk === undefined ? { pk } : { pk, sk });
