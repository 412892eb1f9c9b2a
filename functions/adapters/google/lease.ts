import type { DocumentSnapshot, Firestore, Transaction } from '@google-cloud/firestore';
import { parseStored } from '../../contracts/readable-rows.ts';
import { leaseRow, noteRow } from '../../contracts/rows.ts';
import { type LeaseRecord, mayTake, taken } from '../../domain/lease.ts';
import type { FencedNotes, Lease, LeaseStore } from '../../ports/lease.ts';
import { RetryLater } from '../../ports/retry-later.ts';
import { leasePath, notePath } from './keys.ts';
import { decide, unlessMoved } from './optimistic-transaction.ts';

export function leaseStore(db: Firestore): LeaseStore {
  const extend = (lease: Lease, expiresAt: number) =>
    change(db, lease.name, (before) => isCurrent(lease, before) && { ...before, expiresAt });
  return {
    take: (name, holder, nowMs, forMs) =>
      change(db, name, (before) => mayTake(before, nowMs) && taken(before, holder, nowMs + forMs)),
    renew: (lease, nowMs, forMs) => extend(lease, nowMs + forMs),
    async release(lease) {
      await extend(lease, 0);
    },
  };
}

export function fencedNotes(db: Firestore): FencedNotes {
  return {
    async read(key) {
      const found = await db.doc(notePath(key)).get();
      return found.exists ? parseStored(noteRow, found.data(), found.id).text : undefined;
    },

    async write(key, text, lease) {
      const note = (transaction: Transaction) => void transaction.set(db.doc(notePath(key)), { v: 1, text });
      // Rewriting the unchanged lease is the fence.
      return (await change(db, lease.name, (before) => isCurrent(lease, before) && before, note)) !== undefined;
    },
  };
}

type Known = LeaseRecord | undefined;

function isCurrent({ token }: Lease, before: Known): before is LeaseRecord {
  return before?.token === token;
}

/**
 * @param next the new lease; undefined or false writes nothing
 * @param more further writes of the same transaction
 * @throws {RetryLater} when every attempt met a concurrent change
 */
async function change(
  db: Firestore,
  name: string,
  next: (before: Known) => LeaseRecord | undefined | false,
  more: (transaction: Transaction) => void = () => {},
): Promise<Lease | undefined> {
  const outcome = await decide<Lease | undefined>(db, async () => {
    const before = await db.doc(leasePath(name)).get();
    const after = next(before.exists ? parseStored(leaseRow, before.data(), before.id) : undefined);
    if (!after) return { outcome: undefined };
    const write = (transaction: Transaction) => {
      put(transaction, before, after);
      more(transaction);
    };
    return { outcome: { name, ...after }, write };
  });
  if (outcome === 'conflict') throw new RetryLater(`lease ${name} kept changing`);
  return outcome;
}

function put(transaction: Transaction, before: DocumentSnapshot, after: LeaseRecord): void {
  if (before.exists) transaction.update(before.ref, { ...after }, unlessMoved(before));
  else transaction.create(before.ref, { v: 1, ...after });
}
