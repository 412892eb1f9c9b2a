import type { PartitionStore } from '../../../../functions/adapters/single-partition/store.ts';

/** Store of the current run, for entries, which open it by name. */
export const running = { store: undefined as PartitionStore | undefined };
