/**
 * Every query of these adapters, as data. The adapters build queries from it, and the stacks build indexes: no emulator
 * notices a missing index.
 */
export interface StoreQuery {
  readonly collection: string;
  /** Fields that must equal a value. */
  readonly equal: readonly string[];
  /** The field that orders the pages, and its direction. */
  readonly range?: { readonly field: string; readonly direction: 'asc' | 'desc' };
}

export const queries = {
  /** `position` joins time and id, so it is unique and a page begins after exactly one order. */
  ordersByCustomer: { collection: 'orders', equal: ['customer'], range: { field: 'position', direction: 'desc' } },
  /** Orders of one bucket. A final order loses the field `open`, so the index holds only open orders. */
  openOrders: { collection: 'orders', equal: ['open'], range: { field: 'position', direction: 'asc' } },
  products: { collection: 'catalog', equal: [], range: { field: 'sku', direction: 'asc' } },
  waitingEvents: { collection: 'events', equal: ['waiting'] },
  postponed: { collection: 'postponed', equal: [], range: { field: 'dueAt', direction: 'asc' } },
} as const satisfies Record<string, StoreQuery>;

/** Firestore indexes each single field automatically; these queries need several fields. */
export const compositeIndexes = Object.values<StoreQuery>(queries).filter(
  ({ equal, range }) => equal.length + (range ? 1 : 0) > 1,
);

/**
 * Fields whose values only rise. Their automatic indexes limit a collection to 500 writes a second, and no query needs
 * them: https://firebase.google.com/docs/firestore/best-practices#hotspots
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

/** Firestore deletes these documents after the time in `field`. */
export const expiry = { collection: 'salesMinutes', field: 'expiresAt' } as const;
