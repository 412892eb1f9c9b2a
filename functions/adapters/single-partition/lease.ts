import { leaseRow, noteRow } from '../../contracts/rows.ts';
import { type LeaseRecord, mayTake, taken } from '../../domain/lease.ts';
import type { FencedNotes, Lease, LeaseStore } from '../../ports/lease.ts';
import { RetryLater } from '../../ports/retry-later.ts';
import { coordinationPartition, leaseRowKey, noteRowKey } from './keys.ts';
import { parseRow } from './rows.ts';
import type { PartitionStore, Write } from './store.ts';

export function leaseStore(store: PartitionStore): LeaseStore {
  const extend = (lease: Lease, expiresAt: number) =>
    change(store, lease.name, (before) => isCurrent(lease, before) && { ...before, expiresAt });
  return {
    take: (name, holder, nowMs, forMs) =>
      change(store, name, (before) => mayTake(before, nowMs) && taken(before, holder, nowMs + forMs)),
    renew: (lease, nowMs, forMs) => extend(lease, nowMs + forMs),
    async release(lease) {
      await extend(lease, 0);
    },
  };
}

/** Notes share a partition with the leases, so that one group transaction covers both. */
export function fencedNotes(store: PartitionStore): FencedNotes {
  const read = async (key: string) => parseRow(noteRow, await store.read(coordinationPartition, noteRowKey(key)));
  return {
    async read(key) {
      return (await read(key))?.value.text;
    },

    async write(key, text, lease) {
      async function note(): Promise<readonly Write[]> {
        const [row, value] = [noteRowKey(key), { text }];
        const before = await read(key);
        return [before ? { kind: 'replace', row, value, etag: before.etag } : { kind: 'insert', row, value }];
      }
      // Rewriting the unchanged lease is the fence.
      return (await change(store, lease.name, (before) => isCurrent(lease, before) && before, note)) !== undefined;
    },
  };
}

type Known = LeaseRecord | undefined;

function isCurrent({ token }: Lease, before: Known): before is LeaseRecord {
  return before?.token === token;
}

const attempts = 5;

/**
 * @param next the new lease; undefined or false writes nothing
 * @param more further writes of the same transaction
 * @throws {RetryLater} when every attempt met a concurrent change, or the store is busy
 */
async function change(
  store: PartitionStore,
  name: string,
  next: (before: Known) => LeaseRecord | undefined | false,
  more: () => Promise<readonly Write[]> = async () => [],
): Promise<Lease | undefined> {
  const row = leaseRowKey(name);
  for (let attempt = 0; attempt < attempts; attempt++) {
    const before = parseRow(leaseRow, await store.read(coordinationPartition, row));
    const value = next(before?.value);
    if (!value) return undefined;
    const write: Write = before ? { kind: 'replace', row, value, etag: before.etag } : { kind: 'insert', row, value };
    const outcome = await store.write(coordinationPartition, [write, ...(await more())]);
    if (outcome === 'written') return { name, ...value };
    if (outcome === 'busy') break;
  }
  throw new RetryLater(`lease ${name} kept changing, or the store is busy`);
}
