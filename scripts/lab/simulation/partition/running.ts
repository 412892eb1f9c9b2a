import type { PartitionStore } from '../../../../functions/adapters/single-partition/store.ts';

/** The store of the run that goes on, for entries: they open theirs by name. */
export const running = { store: undefined as PartitionStore | undefined };
