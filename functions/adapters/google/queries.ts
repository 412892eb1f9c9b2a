/**
 * Every query of these adapters, as data: the adapters build their queries from it and the stacks their indexes, since
 * no emulator notices a missing one.
 */
export interface StoreQuery {
  readonly collection: string;
  /** Fields that must equal a value. */
  readonly equal: readonly string[];
  /** The field whose range makes the pages, and the way through it. */
  readonly range?: { readonly field: string; readonly direction: 'asc' | 'desc' };
}

export const queries = {
  /** `position` is the time and the id in one text: it has no twins, so a page begins after exactly one order. */
  ordersByCustomer: { collection: 'orders', equal: ['customer'], range: { field: 'position', direction: 'desc' } },
  /** Of one bucket: the field is gone from an order that came to its end, so the index holds the open ones alone. */
  openOrders: { collection: 'orders', equal: ['open'], range: { field: 'position', direction: 'asc' } },
  products: { collection: 'catalog', equal: [], range: { field: 'sku', direction: 'asc' } },
  waitingEvents: { collection: 'events', equal: ['waiting'] },
  postponed: { collection: 'postponed', equal: [], range: { field: 'dueAt', direction: 'asc' } },
} as const satisfies Record<string, StoreQuery>;

/** Firestore makes an index of each single field by itself; these queries need more than one field. */
export const compositeIndexes = Object.values<StoreQuery>(queries).filter(
  ({ equal, range }) => equal.length + (range ? 1 : 0) > 1,
);

/**
 * Fields whose values only rise. Their automatic indexes bound a collection to 500 writes a second, and no query
 * needs them: https://firebase.google.com/docs/firestore/best-practices#hotspots
 */
export const unindexedFields = [
  { collection: 'orders', field: 'position' },
  { collection: 'orders', field: 'acceptedAt' },
  { collection: 'orders', field: 'changedAt' },
  { collection: 'events', field: 'order' },
  { collection: 'supplies', field: 'at' },
  { collection: 'counted', field: 'acceptedAt' },
  { collection: 'postponed', field: 'request' },
] as const;

/** Documents that Firestore removes once this time is past. */
export const expiry = { collection: 'salesMinutes', field: 'expiresAt' } as const;
