import type { Allocation } from '../../domain/stock.ts';
import { stockPartition, stockRowKey, transferRowKey } from './keys.ts';
import { emptyStock, parseRow, type Read, type StockRow, stockRow } from './rows.ts';
import type { PartitionStore, Write } from './store.ts';

/**
 * Moves fragments to the first shard of `parts`, so that this shard alone can serve the order. The source row records a
 * transfer until it arrives. Any reader of that row can finish it, and it arrives exactly once. Best effort: the caller
 * tries again.
 */
export async function gather(store: PartitionStore, sku: string, parts: Allocation): Promise<void> {
  const [target, ...sources] = parts;
  if (!target) return;
  for (const { shard, quantity } of sources) {
    const stock = await readStock(store, sku, shard);
    if (!stock || stock.value.outgoing || stock.value.left < quantity) return;
    const { left, sent } = stock.value;
    const outgoing = { number: sent, to: target.shard, quantity };
    const value = { ...stock.value, left: left - quantity, sent: sent + 1, outgoing };
    const write = { kind: 'replace', row: stockRowKey, value, etag: stock.etag } as const;
    if ((await store.write(stockPartition(sku, shard), [write])) !== 'written') return;
    await finishTransfer(store, sku, shard);
  }
}

/** Completes a shard's pending transfer, if any. */
export async function finishTransfer(store: PartitionStore, sku: string, shard: number): Promise<void> {
  const source = await readStock(store, sku, shard);
  const outgoing = source?.value.outgoing;
  if (!source || !outgoing) return;
  const arrival = transferRowKey(shard, outgoing.number);
  if (!(await addOnce(store, { sku, shard: outgoing.to, quantity: outgoing.quantity, once: arrival }))) return;
  const { outgoing: _, ...stock } = source.value;
  const value = { ...stock, allocated: stock.allocated - outgoing.quantity };
  await store.write(stockPartition(sku, shard), [{ kind: 'replace', row: stockRowKey, value, etag: source.etag }]);
}

/**
 * Adds units to a shard exactly once: the same transaction inserts a row with the key `once`.
 *
 * @returns whether the units were added, by this call or an earlier one
 */
export async function addOnce(
  store: PartitionStore,
  { sku, shard, quantity, once }: { sku: string; shard: number; quantity: number; once: string },
): Promise<boolean> {
  const partition = stockPartition(sku, shard);
  if (await store.read(partition, once)) return true;
  const stock = await readStock(store, sku, shard);
  const { left, allocated } = stock?.value ?? emptyStock;
  const value = { ...(stock?.value ?? emptyStock), left: left + quantity, allocated: allocated + quantity };
  const writes: Write[] = [
    { kind: 'insert', row: once, value: { quantity } },
    stock
      ? { kind: 'replace', row: stockRowKey, value, etag: stock.etag }
      : { kind: 'insert', row: stockRowKey, value },
  ];
  return (await store.write(partition, writes)) === 'written';
}

export async function readStock(
  store: PartitionStore,
  sku: string,
  shard: number,
): Promise<Read<StockRow> | undefined> {
  return parseRow(stockRow, await store.read(stockPartition(sku, shard), stockRowKey));
}
