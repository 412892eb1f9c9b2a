import { holdingMove, stockMove } from '../../domain/order.ts';
import type { OrderLedger } from '../../ports/ledger.ts';
import { emptyShard, holdingKey, type MemoryState, shardKey } from './state.ts';

export function orderLedger({ orders, events, shards, holdings, turn }: MemoryState): OrderLedger {
  return {
    async commit({ before, after, event }) {
      await turn();
      const stored = orders.get(before.orderId);
      if (stored?.order.state !== before.state || stored.order.version !== before.version) return 'stale';
      const held = holdings.get(holdingKey(after.sku, after.customer)) ?? 0;
      const gain = holdingMove(before, after);
      if (gain > 0 && held + gain > (after.limitPerCustomer ?? 0)) return 'limit reached';
      const { take, give } = stockMove(before, after);
      const shardOf = (shard: number) => shards.get(shardKey(after.sku, shard)) ?? emptyShard;
      if (take.some((part) => shardOf(part.shard).left < part.quantity)) return 'insufficient stock';

      const moves = [...give, ...take.map((part) => ({ ...part, quantity: -part.quantity }))];
      for (const { shard, quantity } of moves) {
        const { left, allocated } = shardOf(shard);
        shards.set(shardKey(after.sku, shard), { left: left + quantity, allocated });
      }
      if (gain !== 0) holdings.set(holdingKey(after.sku, after.customer), held + gain);
      orders.set(after.orderId, { ...stored, order: after });
      events.push(event);
      return 'committed';
    },
  };
}
