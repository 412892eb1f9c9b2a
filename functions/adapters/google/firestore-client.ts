import { Firestore, type Query, type QueryDocumentSnapshot, type Settings } from '@google-cloud/firestore';
import type * as z from 'zod';
import { reportUnreadable } from '../../contracts/readable-rows.ts';
import type { StoreQuery } from './queries.ts';

/** The client's default is a minute, longer than any function may run. */
const callTimeoutMs = 3_000;
const methods = ['BatchGetDocuments', 'BeginTransaction', 'Commit', 'Rollback', 'RunQuery'];
const clientConfig = {
  interfaces: {
    'google.firestore.v1.Firestore': {
      methods: Object.fromEntries(methods.map((method) => [method, { timeout_millis: callTimeoutMs }])),
    },
  },
};

/** The stage's database. The environment sets project and credentials, or the emulator's address. */
export function firestore(databaseId: string): Firestore {
  const settings: Settings = { databaseId, ignoreUndefinedProperties: false, clientConfig };
  return new Firestore(settings);
}

/**
 * Builds a query with values for its `equal` fields, starting just after `after`. It uses a range, not a cursor: an
 * emulator may silently ignore cursors.
 */
export function buildQuery(
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

export interface ReadableDocument<Value> {
  readonly document: QueryDocumentSnapshot;
  readonly value: Value;
}

/**
 * The first documents that this version can read. Unreadable ones stay, and must not fill the page for ever, so it asks
 * for more.
 */
export async function readReadable<Schema extends z.ZodType>(
  query: Query,
  schema: Schema,
  limit: number,
): Promise<ReadableDocument<z.infer<Schema>>[]> {
  for (let asked = limit; ; asked *= 2) {
    const { docs } = await query.limit(asked).get();
    const parsed = docs.map((document) => ({ document, ...schema.safeParse(document.data()) }));
    const readable = parsed.flatMap(({ document, success, data }) => (success ? [{ document, value: data }] : []));
    if (readable.length < limit && docs.length === asked) continue;
    for (const { document, error } of parsed) if (error) reportUnreadable(document.data(), error);
    return readable;
  }
}
