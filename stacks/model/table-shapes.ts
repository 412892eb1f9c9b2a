import { physicalName } from './names.ts';
import { orderIndexes, type TableIndex, type TableName, tableNames } from './services.ts';
import { type Cell, hasRegions, isHome, otherRegions } from './stages/regions.ts';

/** A table's properties apart from its billing. Keys are strings; the partition key is `pk`. */
export interface TableShape {
  /** Undefined: no sort key. */
  readonly sortKey?: string;
  /** Undefined: no stream. */
  readonly stream?: 'NEW_IMAGE' | 'NEW_AND_OLD_IMAGES';
  /** Undefined: rows never expire. */
  readonly expiresAt?: string;
  readonly indexes?: readonly TableIndex[];
  /**
   * For a table whose rows all regions of a stage read: each region's own global table, or one of the home region. Only
   * its owner writes it, so that writes never conflict. Undefined: each region has its own table, without copies.
   */
  readonly replicated?: 'by each region' | 'by the home region';
}

/** Stacks create the tables from these shapes, and a restore reapplies them to a deleted table. */
export const tableShapes: Readonly<Record<TableName, TableShape>> = {
  orders: {
    ...{ sortKey: 'sk', stream: 'NEW_IMAGE', indexes: orderIndexes, replicated: 'by each region' },
    // Set only in a stage with a retention, so that rows of a stage without one never expire.
    expiresAt: 'expiresAt',
  },
  stock: {},
  // Both images: invalidation depends on which fields changed.
  catalog: { stream: 'NEW_AND_OLD_IMAGES', replicated: 'by the home region' },
  views: { sortKey: 'sk', expiresAt: 'expiresAt', replicated: 'by each region' },
  coordination: {},
};

/** The indexes of all tables, each with its table. */
export const tableIndexes = tableNames.flatMap((table) => indexesOf(table).map((index) => ({ table, index })));

export function indexesOf(table: TableName): readonly TableIndex[] {
  return tableShapes[table].indexes ?? [];
}

/** A table's name in the account. It includes the owner's region where every region also has the others' tables. */
export const tableName = (cell: Cell, table: TableName, owner = cell.region): string =>
  physicalName(
    cell.name,
    hasRegions(cell) && tableShapes[table].replicated === 'by each region' ? `${table}-${owner}` : table,
  );

const physicalNames = tableNames.map((table) => ({
  table,
  pattern: new RegExp(`(^|-)${table}(-[a-z]{2}(-[a-z]+)+-\\d+)?$`),
}));

/** The table of a physical name, with or without the stage's prefix and the owner's region. */
export const findTable = (name: string): TableName | undefined =>
  physicalNames.find(({ pattern }) => pattern.test(name))?.table;

/** Regions that get a copy of the table; none in a stage of one region. */
export const replicaRegions = (cell: Cell, table: TableName): readonly string[] =>
  tableShapes[table].replicated ? otherRegions(cell) : [];

/** In other regions the table is the owner's copy, and must not be written there. */
export const ownsTable = (cell: Cell, table: TableName): boolean =>
  tableShapes[table].replicated !== 'by the home region' || isHome(cell);

/** The tables that a cell creates. */
export const ownTables = (cell: Cell): readonly TableName[] => tableNames.filter((table) => ownsTable(cell, table));

/** The table's stream. A global table replicates by it, with both images. */
export const streamOf = (cell: Cell, table: TableName): TableShape['stream'] =>
  replicaRegions(cell, table).length > 0 ? 'NEW_AND_OLD_IMAGES' : tableShapes[table].stream;
