import type { StockLevels } from '../../ports/stock.ts';
import type { Read, StockRow } from './rows.ts';
import type { PartitionStore } from './store.ts';
import { finishTransfer, readStock } from './transfers.ts';

type Found = Read<StockRow> | undefined;

/**
 * No transaction reads several partitions, so the shards are read twice. If no ETag changed, all values were current at
 * one instant between the reads. Units in transit belong to no shard, so their transfers must finish first.
 */
export function stockLevels(store: PartitionStore): StockLevels {
  return {
    async snapshot(sku, shardCount) {
      const shards = Array.from({ length: shardCount }, (_, shard) => shard);
      const readAll = () => Promise.all(shards.map((shard) => readStock(store, sku, shard)));
      const first: Found[] = await readAll();
      const sending = shards.filter((shard) => first[shard]?.value.outgoing);
      await Promise.all(sending.map((shard) => finishTransfer(store, sku, shard)));
      if (sending.length > 0) return undefined;

      const second = await readAll();
      if (shards.some((shard) => first[shard]?.etag !== second[shard]?.etag)) return undefined;
      return shards.map((shard) => ({ shard, left: second[shard]?.value.left ?? 0 }));
    },
  };
}
