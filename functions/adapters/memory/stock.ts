import type { StockLevels, StockSupply } from '../../ports/stock.ts';
import { emptyShard, type MemoryState, shardKey } from './state.ts';

export function stockLevels({ shards, turn }: MemoryState): StockLevels {
  return {
    async snapshot(sku, shardCount) {
      await turn();
      return Array.from({ length: shardCount }, (_, shard) => {
        const { left } = shards.get(shardKey(sku, shard)) ?? emptyShard;
        return { shard, left };
      });
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
        const { left, allocated } = shards.get(key) ?? emptyShard;
        shards.set(key, { left: left + quantity, allocated: allocated + quantity });
      }
      return { kind: 'supplied' };
    },
  };
}
