import type { Firestore } from '@google-cloud/firestore';
import { parseOrder, parseReadableOrders } from '../../contracts/rows.ts';
import { toOpenBucket } from '../../domain/open-order.ts';
import type { OrderPosition, OrderStore } from '../../ports/orders.ts';
import { buildQuery } from './firestore-client.ts';
import { orderPath } from './keys.ts';
import { parseFailure } from './optimistic-transaction.ts';
import { queries } from './queries.ts';

export const toPosition = ({ acceptedAt, orderId }: OrderPosition) => `${acceptedAt}#${orderId}`;

export function parsePosition(position: unknown): OrderPosition {
  const [acceptedAt = '', orderId = ''] = String(position).split('#');
  return { acceptedAt, orderId };
}

export function orderStore(db: Firestore): OrderStore {
  return {
    async create({ order, requestHash }) {
      const document = db.doc(orderPath(order.orderId));
      try {
        const open = toOpenBucket(order.orderId);
        await document.create({ v: 1, ...order, requestHash, position: toPosition(order), open });
        return { created: true };
      } catch (error) {
        if (parseFailure(error) === 'conflict') throw error;
        return { created: false, existing: parseOrder((await document.get()).data()) };
      }
    },

    async find(orderId) {
      const found = await db.doc(orderPath(orderId)).get();
      return found.exists ? parseOrder(found.data()).order : undefined;
    },

    async listByCustomer(customer, limit, after) {
      const query = buildQuery(db, queries.ordersByCustomer, [customer], after && toPosition(after));
      // One extra document tells whether there is another page.
      const { docs } = await query.limit(limit + 1).get();
      const page = docs.slice(0, limit);
      const orders = parseReadableOrders(page.map((document) => document.data()));
      // From the position, because the last order may be unreadable.
      const next = docs.length > limit ? parsePosition(page.at(-1)?.get('position')) : undefined;
      return { orders, ...(next && { next }) };
    },
  };
}
