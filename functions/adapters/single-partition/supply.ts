import { productRow } from '../../contracts/rows.ts';
import type { StockSupply } from '../../ports/stock.ts';
import { openPrefix, openRowKey, productPartition, productRowKey, supplyRowKey } from './keys.ts';
import { parseRow, supplyRow } from './rows.ts';
import type { PartitionStore } from './store.ts';
import { addOnce } from './transfers.ts';

/** Records a supply once, with its parts; then adds each part to its shard once. A repetition completes the first call. */
export function stockSupply(store: PartitionStore): StockSupply {
  return {
    async supply(supply, parts) {
      const partition = productPartition(supply.sku);
      const product = parseRow(productRow, await store.read(partition, productRowKey));
      if (!product) throw new Error(`no product ${supply.sku}`);
      const supplied = { ...product.value, supplied: product.value.supplied + supply.quantity };
      const outcome = await store.write(partition, [
        { kind: 'insert', row: supplyRowKey(supply.key), value: { ...supply, parts } },
        { kind: 'insert', row: openRowKey(supply.key), value: {} },
        { kind: 'replace', row: productRowKey, value: supplied, etag: product.etag },
      ]);
      const recorded = parseRow(supplyRow, await store.read(partition, supplyRowKey(supply.key)));
      if (!recorded || !(await finishSupply(store, supply.sku, supply.key))) return { kind: 'conflict' };
      const { parts: _, ...first } = recorded.value;
      return outcome === 'written' ? { kind: 'supplied' } : { kind: 'repeated', first };
    },
  };
}

/** True when every shard has its part. */
async function finishSupply(store: PartitionStore, sku: string, key: string): Promise<boolean> {
  const partition = productPartition(sku);
  const open = await store.read(partition, openRowKey(key));
  if (!open) return true;
  const recorded = parseRow(supplyRow, await store.read(partition, supplyRowKey(key)));
  for (const { shard, quantity } of recorded?.value.parts ?? []) {
    if (!(await addOnce(store, { sku, shard, quantity, once: supplyRowKey(key) }))) return false;
  }
  const outcome = await store.write(partition, [{ kind: 'delete', row: openRowKey(key), etag: open.etag }]);
  return outcome !== 'busy';
}

/** Completes the interrupted supplies of a product. */
export async function finishSupplies(store: PartitionStore, sku: string): Promise<void> {
  for (const { row } of await store.list(productPartition(sku), openPrefix, 100)) {
    await finishSupply(store, sku, row.slice(openPrefix.length));
  }
}
