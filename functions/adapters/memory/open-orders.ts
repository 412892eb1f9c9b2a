import { toOpenBucket } from '../../domain/open-order.ts';
import { isOpen } from '../../domain/order.ts';
import type { OpenOrders } from '../../ports/open-orders.ts';
import type { OrderPosition } from '../../ports/orders.ts';
import type { MemoryState } from './state.ts';

export function openOrders({ orders, turn }: MemoryState): OpenOrders {
  return {
    async list(bucket, before, limit, after) {
      await turn();
      const found = [...orders.values()]
        .filter(({ order }) => isOpen(order) && toOpenBucket(order.orderId) === bucket && order.acceptedAt < before)
        .map(({ order: { acceptedAt, orderId } }) => ({ acceptedAt, orderId }))
        .filter((position) => !after || compare(position, after) > 0)
        .sort(compare);
      const page = found.slice(0, limit);
      const next = found.length > limit ? page.at(-1) : undefined;
      return { orders: page, ...(next && { next }) };
    },
  };
}

function compare(a: OrderPosition, b: OrderPosition): number {
  return a.acceptedAt.localeCompare(b.acceptedAt) || a.orderId.localeCompare(b.orderId);
}
