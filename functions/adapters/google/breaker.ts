import type { Firestore } from '@google-cloud/firestore';
import { parseStored } from '../../contracts/readable-rows.ts';
import { breakerRow } from '../../contracts/rows.ts';
import type { BreakerStore } from '../../ports/breaker.ts';
import { RetryLater } from '../../ports/retry-later.ts';
import { breakerPath } from './keys.ts';
import { decide, unlessMoved } from './optimistic-transaction.ts';

export function breakerStore(db: Firestore): BreakerStore {
  return {
    async read(name) {
      const found = await db.doc(breakerPath(name)).get();
      return found.exists ? parseStored(breakerRow, found.data(), name) : undefined;
    },

    async replace(name, before, after) {
      const outcome = await decide<boolean>(db, async () => {
        const found = await db.doc(breakerPath(name)).get();
        const version = found.exists ? parseStored(breakerRow, found.data(), name).version : undefined;
        if (version !== before?.version) return { outcome: false };
        return {
          outcome: true,
          write: (transaction) =>
            found.exists
              ? transaction.update(found.ref, { ...after }, unlessMoved(found))
              : transaction.create(found.ref, { v: 1, ...after }),
        };
      });
      if (outcome === 'conflict') throw new RetryLater(`breaker ${name} kept changing`);
      return outcome;
    },
  };
}
