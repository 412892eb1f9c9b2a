import { breakerRow } from '../../contracts/rows.ts';
import type { BreakerStore } from '../../ports/breaker.ts';
import { RetryLater } from '../../ports/retry-later.ts';
import { breakerRowKey, coordinationPartition } from './keys.ts';
import { parseRow } from './rows.ts';
import type { PartitionStore } from './store.ts';

export function breakerStore(store: PartitionStore): BreakerStore {
  const read = async (row: string) => parseRow(breakerRow, await store.read(coordinationPartition, row));
  return {
    async read(name) {
      return (await read(breakerRowKey(name)))?.value;
    },

    async replace(name, before, after) {
      const row = breakerRowKey(name);
      const found = await read(row);
      if (found?.value.version !== before?.version) return false;
      const outcome = await store.write(coordinationPartition, [
        found ? { kind: 'replace', row, value: after, etag: found.etag } : { kind: 'insert', row, value: after },
      ]);
      if (outcome === 'busy') throw new RetryLater(`the store is too busy for breaker ${name}`);
      return outcome === 'written';
    },
  };
}
