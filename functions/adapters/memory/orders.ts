import type { OrderPosition, OrderStore } from '../../ports/orders.ts';
import type { MemoryState } from './state.ts';

export function orderStore({ orders, turn }: MemoryState): OrderStore {
  return {
    async create(stored) {
      await turn();
      const existing = orders.get(stored.order.orderId);
      if (existing) return { created: false, existing };
      orders.set(stored.order.orderId, stored);
      return { created: true };
    },

    async find(orderId) {
      await turn();
      return orders.get(orderId)?.order;
    },

    async listByCustomer(customer, limit, after) {
      await turn();
      const own = [...orders.values()]
        .map(({ order }) => order)
        .filter((order) => order.customer === customer)
        .filter((order) => !after || newestFirst(after, order) < 0)
        .sort(newestFirst);
      const page = own.slice(0, limit);
      const last = limit < own.length ? page.at(-1) : undefined;
      return { orders: page, ...(last && { next: { acceptedAt: last.acceptedAt, orderId: last.orderId } }) };
    },
  };
}

function newestFirst(a: OrderPosition, b: OrderPosition): number {
  return b.acceptedAt.localeCompare(a.acceptedAt) || b.orderId.localeCompare(a.orderId);
}
