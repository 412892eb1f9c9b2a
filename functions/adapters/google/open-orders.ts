import type { Firestore } from '@google-cloud/firestore';
import type { OpenOrders } from '../../ports/open-orders.ts';
import { buildQuery } from './firestore-client.ts';
import { parsePosition, toPosition } from './orders.ts';
import { queries } from './queries.ts';

export function openOrders(db: Firestore): OpenOrders {
  return {
    async list(bucket, before, limit, after) {
      const query = buildQuery(db, queries.openOrders, [bucket], after && toPosition(after));
      // A position begins with its time, so a time bounds it.
      const { docs } = await query
        .where('position', '<', before)
        .limit(limit + 1)
        .get();
      // Reads only the position: an order that this version cannot read is still open, and the sweeper reports it.
      const orders = docs.slice(0, limit).map((document) => parsePosition(document.get('position')));
      const next = docs.length > limit ? orders.at(-1) : undefined;
      return { orders, ...(next && { next }) };
    },
  };
}
