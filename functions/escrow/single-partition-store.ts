import { rightsChangeRowKey, rightsPartition, rightsRowKey } from '../adapters/single-partition/keys.ts';
import { parseRow } from '../adapters/single-partition/rows.ts';
import type { PartitionStore, Write } from '../adapters/single-partition/store.ts';
import { rightsRow } from './contract.ts';
import type { RightsStore } from './ports.ts';

/** A product's rights and the names of their changes share a partition, so that one transaction covers both. */
export function rightsStore(store: PartitionStore): RightsStore {
  return {
    async find(sku) {
      const found = parseRow(rightsRow, await store.read(rightsPartition(sku), rightsRowKey));
      return found && { rights: found.value, version: found.etag };
    },

    wasMade: async (sku, name) => (await store.read(rightsPartition(sku), rightsChangeRowKey(name))) !== undefined,

    async make(sku, name, before, after) {
      const writes: Write[] = [
        before
          ? { kind: 'replace', row: rightsRowKey, value: after, etag: before.version }
          : { kind: 'insert', row: rightsRowKey, value: after },
        { kind: 'insert', row: rightsChangeRowKey(name), value: {} },
      ];
      return (await store.write(rightsPartition(sku), writes)) === 'written';
    },
  };
}
