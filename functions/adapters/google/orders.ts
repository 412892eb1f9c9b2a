import type { Firestore } from '@google-cloud/firestore';
import { readOrder } from '../../contracts/rows.ts';
import { openBucketOf } from '../../domain/open-order.ts';
import type { OrderPosition, OrderStore } from '../../ports/orders.ts';
import { parseFailure } from './decide.ts';
import { buildQuery } from './firestore-client.ts';
import { orderPath } from './keys.ts';
import { queries } from './queries.ts';

export const toPosition = ({ acceptedAt, orderId }: OrderPosition) => `${acceptedAt}#${orderId}`;

export function orderStore(db: Firestore): OrderStore {
  return {
    async create({ order, requestHash }) {
      const document = db.doc(orderPath(order.orderId));
      try {
        const open = openBucketOf(order.orderId);
        await document.create({ v: 1, ...order, requestHash, position: toPosition(order), open });
        return { created: true };
      } catch (error) {
        if (parseFailure(error) === 'conflict') throw error;
        return { created: false, existing: readOrder((await document.get()).data()) };
      }
    },

    async find(orderId) {
      const found = await db.doc(orderPath(orderId)).get();
      return found.exists ? readOrder(found.data()).order : undefined;
    },

    async listByCustomer(customer, limit, after) {
      const query = buildQuery(db, queries.ordersByCustomer, [customer], after && toPosition(after));
      // One extra document tells whether there is another page.
      const { docs } = await query.limit(limit + 1).get();
      const orders = docs.slice(0, limit).map((document) => readOrder(document.data()).order);
      const last = docs.length > limit && orders.at(-1);
      return { orders, ...(last && { next: { acceptedAt: last.acceptedAt, orderId: last.orderId } }) };
    },
  };
}
