import { orderIndexes, type TableIndex, type TableName } from './services.ts';

/** What a table is apart from its billing. Keys are strings; the partition key is `pk`. */
export interface TableShape {
  /** Undefined: no sort key. */
  readonly sortKey?: string;
  /** Undefined: no stream. */
  readonly stream?: 'NEW_IMAGE' | 'NEW_AND_OLD_IMAGES';
  /** Undefined: rows never expire. */
  readonly expiresAt?: string;
  readonly indexes?: readonly TableIndex[];
}

/** Stacks create the tables by it, and a restore gives a deleted table its settings back. */
export const tableShapes: Readonly<Record<TableName, TableShape>> = {
  orders: { sortKey: 'sk', stream: 'NEW_IMAGE', indexes: orderIndexes },
  stock: {},
  // Both images: invalidation depends on which fields changed.
  catalog: { stream: 'NEW_AND_OLD_IMAGES' },
  views: { sortKey: 'sk', expiresAt: 'expiresAt' },
  coordination: {},
};
