import { toOpenBucket } from '../../domain/open-order.ts';
import { isOpen } from '../../domain/order.ts';
import type { OpenOrders } from '../../ports/open-orders.ts';
import type { OrderPosition } from '../../ports/orders.ts';
import { RetryLater } from '../../ports/retry-later.ts';
import { openOrderPartition, openOrderRowKey, orderPartition, orderRowKey, parseOpenOrderRowKey } from './keys.ts';
import { orderRow } from './rows.ts';
import type { PartitionStore } from './store.ts';

/** Written before the order's row, so that every stored order is listed. A listed order may never be stored. */
export async function listAsOpen(store: PartitionStore, { acceptedAt, orderId }: OrderPosition): Promise<void> {
  const row = openOrderRowKey(acceptedAt, orderId);
  const insert = { kind: 'insert', row, value: { acceptedAt, orderId } } as const;
  const outcome = await store.write(openOrderPartition(toOpenBucket(orderId)), [insert]);
  if (outcome === 'busy') throw new RetryLater(`the store is too busy to list order ${orderId}`);
}

/** Does nothing when the order is not listed or the store is busy: `list` removes the final orders it finds. */
export async function unlist(store: PartitionStore, { acceptedAt, orderId }: OrderPosition): Promise<void> {
  const row = openOrderRowKey(acceptedAt, orderId);
  await store.write(openOrderPartition(toOpenBucket(orderId)), [{ kind: 'delete', row }]);
}

export function openOrders(store: PartitionStore): OpenOrders {
  return {
    async list(bucket, before, limit, after) {
      const begin = after && openOrderRowKey(after.acceptedAt, after.orderId);
      const found = await store.list(openOrderPartition(bucket), '', limit + 1, begin);
      const old = found.map(({ row }) => parseOpenOrderRowKey(row)).filter(({ acceptedAt }) => acceptedAt < before);
      const page = old.slice(0, limit);
      const open = await Promise.all(page.map((position) => isStillOpen(store, position)));
      await Promise.all(page.filter((_, index) => !open[index]).map((position) => unlist(store, position)));
      const next = old.length > limit ? page.at(-1) : undefined;
      return { orders: page.filter((_, index) => open[index]), ...(next && { next }) };
    },
  };
}

/** False after a crash between the two rows, and for repeated requests: each was listed at its own time. */
async function isStillOpen(store: PartitionStore, { acceptedAt, orderId }: OrderPosition): Promise<boolean> {
  const row = await store.read(orderPartition(orderId), orderRowKey);
  const stored = orderRow.safeParse(row?.value).data;
  // An order that this version cannot read stays listed, and the sweeper reports it.
  if (!stored) return row !== undefined;
  return isOpen(stored.order) && stored.order.acceptedAt === acceptedAt;
}
