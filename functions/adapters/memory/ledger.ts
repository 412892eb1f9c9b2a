import { stockMove } from '../../domain/order.ts';
import type { OrderLedger } from '../../ports/ledger.ts';
import { type MemoryState, shardKey } from './state.ts';

export function orderLedger({ orders, events, shards, turn }: MemoryState): OrderLedger {
  return {
    async commit({ before, after, event }) {
      await turn();
      const stored = orders.get(before.orderId);
      if (stored?.order.state !== before.state || stored.order.version !== before.version) return 'stale';
      const { take, give } = stockMove(before, after);
      const left = (shard: number) => shards.get(shardKey(after.sku, shard)) ?? 0;
      if (take.some((part) => left(part.shard) < part.quantity)) return 'short';

      for (const part of take) shards.set(shardKey(after.sku, part.shard), left(part.shard) - part.quantity);
      for (const part of give) shards.set(shardKey(after.sku, part.shard), left(part.shard) + part.quantity);
      orders.set(after.orderId, { ...stored, order: after });
      events.push(event);
      return 'committed';
    },
  };
}
