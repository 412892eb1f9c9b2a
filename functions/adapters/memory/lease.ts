import { type LeaseRecord, mayTake, taken } from '../../domain/lease.ts';
import type { FencedNotes, LeaseStore } from '../../ports/lease.ts';

/** Leases and the notes they fence, stored together as in one table. `turn` is awaited before each call. */
export function leases(turn: () => Promise<void> = async () => {}): { store: LeaseStore; notes: FencedNotes } {
  const records = new Map<string, LeaseRecord>();
  const notes = new Map<string, string>();
  const isCurrent = (name: string, token: number) => records.get(name)?.token === token;
  return {
    store: {
      async take(name, holder, nowMs, forMs) {
        await turn();
        const before = records.get(name);
        if (!mayTake(before, nowMs)) return undefined;
        const record = taken(before, holder, nowMs + forMs);
        records.set(name, record);
        return { name, ...record };
      },
      async renew({ name, holder, token }, nowMs, forMs) {
        await turn();
        if (!isCurrent(name, token)) return undefined;
        const record = { holder, token, expiresAt: nowMs + forMs };
        records.set(name, record);
        return { name, ...record };
      },
      async release({ name, holder, token }) {
        await turn();
        if (isCurrent(name, token)) records.set(name, { holder, token, expiresAt: 0 });
      },
    },
    notes: {
      async read(key) {
        await turn();
        return notes.get(key);
      },
      async write(key, text, { name, token }) {
        await turn();
        if (!isCurrent(name, token)) return false;
        notes.set(key, text);
        return true;
      },
    },
  };
}
