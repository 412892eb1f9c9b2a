import type { StockLevels, StockSupply } from '../../ports/stock.ts';
import { type MemoryState, shardKey } from './state.ts';

export function stockLevels({ shards, turn }: MemoryState): StockLevels {
  return {
    async snapshot(sku, shardCount) {
      await turn();
      return Array.from({ length: shardCount }, (_, shard) => ({ shard, left: shards.get(shardKey(sku, shard)) ?? 0 }));
    },
  };
}

export function stockSupply({ shards, supplies, products, turn }: MemoryState): StockSupply {
  return {
    async supply(supply, parts) {
      await turn();
      const first = supplies.get(`${supply.sku}#${supply.key}`);
      if (first) return { kind: 'repeated', first };
      const product = products.get(supply.sku);
      if (!product) throw new Error(`no product ${supply.sku}`);

      supplies.set(`${supply.sku}#${supply.key}`, supply);
      products.set(supply.sku, { ...product, supplied: product.supplied + supply.quantity });
      for (const { shard, quantity } of parts) {
        const key = shardKey(supply.sku, shard);
        shards.set(key, (shards.get(key) ?? 0) + quantity);
      }
      return { kind: 'supplied' };
    },
  };
}
