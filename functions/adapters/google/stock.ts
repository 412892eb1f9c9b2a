import { type DocumentSnapshot, FieldValue, type Firestore, type Transaction } from '@google-cloud/firestore';
import { parseStored } from '../../contracts/readable-rows.ts';
import { stockRow, supplyRow } from '../../contracts/rows.ts';
import type { StockLevels, StockSupply, SupplyOutcome } from '../../ports/stock.ts';
import { productPath, stockPath, supplyPath } from './keys.ts';
import { decide, parseFailure } from './optimistic-transaction.ts';

export function stockLevels(db: Firestore): StockLevels {
  return {
    async snapshot(sku, shardCount) {
      const shards = Array.from({ length: shardCount }, (_, shard) => shard);
      const refs = shards.map((shard) => db.doc(stockPath(sku, shard)));
      try {
        // Read-only: one consistent snapshot, without locks that a settlement would wait for.
        const found = await db.runTransaction((transaction) => transaction.getAll(...refs), { readOnly: true });
        return shards.map((shard) => ({ shard, left: parseLeft(found[shard]) }));
      } catch (error) {
        if (parseFailure(error) === 'conflict') return undefined;
        throw error;
      }
    },
  };
}

export function stockSupply(db: Firestore): StockSupply {
  return {
    async supply(supply, parts) {
      const [record, product] = [db.doc(supplyPath(supply.sku, supply.key)), db.doc(productPath(supply.sku))];
      const outcome = await decide<SupplyOutcome>(db, async () => {
        const [first, known] = await db.getAll(record, product);
        if (first?.exists) return { outcome: { kind: 'repeated', first: parseStored(supplyRow, first.data()) } };
        if (!known?.exists) throw new Error(`no product ${supply.sku}`);
        const write = (transaction: Transaction) => {
          transaction.create(record, { v: 1, ...supply });
          transaction.update(product, { supplied: FieldValue.increment(supply.quantity) });
          for (const { shard, quantity } of parts) {
            const gain = { left: FieldValue.increment(quantity), allocated: FieldValue.increment(quantity) };
            transaction.set(db.doc(stockPath(supply.sku, shard)), gain, { merge: true });
          }
        };
        return { outcome: { kind: 'supplied' }, write };
      });
      return outcome === 'conflict' ? { kind: 'conflict' } : outcome;
    },
  };
}

/** A shard without a document holds nothing. */
export function parseLeft(shard: DocumentSnapshot | undefined): number {
  return shard?.exists ? parseStored(stockRow, shard.data(), shard.id).left : 0;
}
