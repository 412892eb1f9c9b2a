import { FieldValue, type Firestore, Timestamp, type Transaction } from '@google-cloud/firestore';
import { parseStored } from '../../contracts/readable-rows.ts';
import { countedOrder, minuteRetentionDays, salesRow } from '../../contracts/view.ts';
import { addSales, noSales, type Sales, salesFields, salesSlot, salesSlots, toMinute } from '../../domain/sales.ts';
import type { SalesReader, SalesViews } from '../../ports/views.ts';
import { countedPath, salesMinutePath, salesTotalPath } from './keys.ts';
import { decide, unlessMoved } from './optimistic-transaction.ts';

export function salesReader(db: Firestore): SalesReader {
  return {
    async toSales(sku) {
      const slots = Array.from({ length: salesSlots }, (_, slot) => db.doc(salesTotalPath(sku, slot)));
      const found = await db.getAll(...slots);
      return found.map((row) => parseStored(salesRow, row.data() ?? {}, row.id)).reduce(addSales, noSales);
    },
  };
}

export function salesViews(db: Firestore): SalesViews {
  return {
    async counted(orderId) {
      const found = await db.doc(countedPath(orderId)).get();
      return found.exists ? parseStored(countedOrder, found.data()) : undefined;
    },

    count(next, previousVersion, change) {
      const slot = salesSlot(next.orderId);
      const minute = salesMinutePath(next.sku, slot, toMinute(next.acceptedAt));
      const expiresAt = Timestamp.fromMillis(Date.parse(next.acceptedAt) + minuteRetentionDays * 86_400_000);
      return decide<'committed' | 'stale'>(db, async () => {
        const before = await db.doc(countedPath(next.orderId)).get();
        const version = before.exists ? parseStored(countedOrder, before.data()).version : undefined;
        if (version !== previousVersion) return { outcome: 'stale' };
        const write = (transaction: Transaction) => {
          if (before.exists) transaction.update(before.ref, { ...next }, unlessMoved(before));
          else transaction.create(before.ref, next);
          // Increments are safe here: the condition in the same transaction makes a repetition fail as a whole.
          transaction.set(db.doc(salesTotalPath(next.sku, slot)), increments(change), { merge: true });
          transaction.set(db.doc(minute), { ...increments(change), expiresAt }, { merge: true });
        };
        return { outcome: 'committed', write };
      });
    },
  };
}

function increments(change: Sales): Record<string, FieldValue> {
  return Object.fromEntries(salesFields.map((field) => [field, FieldValue.increment(change[field])]));
}
