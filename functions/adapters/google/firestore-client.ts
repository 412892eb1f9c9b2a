import { Firestore, type Query, type Settings } from '@google-cloud/firestore';
import type { StoreQuery } from './queries.ts';

/** The client's own limit is a minute: longer than any function lives. */
const callTimeoutMs = 3_000;
const methods = ['BatchGetDocuments', 'BeginTransaction', 'Commit', 'Rollback', 'RunQuery'];
const clientConfig = {
  interfaces: {
    'google.firestore.v1.Firestore': {
      methods: Object.fromEntries(methods.map((method) => [method, { timeout_millis: callTimeoutMs }])),
    },
  },
};

/** The stage's database. Project and credentials are the environment's, or the emulator's address is. */
export function firestore(databaseId: string): Firestore {
  const settings: Settings = { databaseId, ignoreUndefinedProperties: false, clientConfig };
  return new Firestore(settings);
}

/**
 * A query of the list, with values for its `equal` fields, from just behind `after` on. By a range and not by a
 * cursor: a cursor may be ignored by an emulator without a word.
 */
export function queryOf(
  db: Firestore,
  { collection, equal, range }: StoreQuery,
  values: readonly (string | number | boolean)[],
  after?: string,
): Query {
  let query: Query = db.collection(collection);
  for (const [index, field] of equal.entries()) query = query.where(field, '==', values[index]);
  if (range && after !== undefined) query = query.where(range.field, range.direction === 'asc' ? '>' : '<', after);
  return range ? query.orderBy(range.field, range.direction) : query;
}
