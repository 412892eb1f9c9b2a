import type { Order } from '../../domain/order.ts';
import { rankShards } from '../../domain/sharding.ts';
import type { OrderStore } from '../../ports/orders.ts';
import { RetryLater } from '../../ports/retry-later.ts';
import {
  acceptedRowKey,
  customerPartition,
  decisionRowKey,
  orderPartition,
  orderRowKey,
  stockPartition,
} from './keys.ts';
import { listAsOpen } from './open-orders.ts';
import { decisionRow, type OrderRow, orderRow, parseRow, type Read } from './rows.ts';
import type { PartitionStore } from './store.ts';

/** An order as it truly stands: its row, and the decision at its home, which the row may not have followed yet. */
export interface Standing {
  readonly row: Read<OrderRow>;
  readonly decision: Read<{ readonly kind: 'MOVED' | 'DECIDED' }> | undefined;
  readonly order: Order;
}

export async function standingOf(store: PartitionStore, orderId: string): Promise<Standing | undefined> {
  const row = parseRow(orderRow, await store.read(orderPartition(orderId), orderRowKey));
  if (!row) return undefined;
  const { order, home } = row.value;
  const shardOfHome = stockPartition(order.sku, home.shard);
  const decision = parseRow(decisionRow, await store.read(shardOfHome, decisionRowKey(orderId, home.attempt)));
  const change = decision?.value.kind === 'DECIDED' ? decision.value.change : {};
  return { row, decision, order: { ...order, ...change } };
}

export function orderStore(store: PartitionStore): OrderStore {
  return {
    async create(stored) {
      const { order } = stored;
      await listAsOpen(store, order);
      const home = { attempt: 0, shard: rankShards(order.orderId, order.shardCount)[0] ?? 0 };
      const insert = { kind: 'insert', row: orderRowKey, value: { ...stored, home } } as const;
      const outcome = await store.write(orderPartition(order.orderId), [insert]);
      if (outcome === 'busy') throw new RetryLater(`the store is too busy to take order ${order.orderId}`);
      const standing = outcome === 'refused' ? await standingOf(store, order.orderId) : undefined;
      await listForCustomer(store, standing?.order ?? order);
      if (!standing) return { created: true };
      const { requestHash } = standing.row.value;
      return { created: false, existing: { order: standing.order, requestHash } };
    },

    async find(orderId) {
      return (await standingOf(store, orderId))?.order;
    },

    async listByCustomer(customer, limit, after) {
      const begin = after && acceptedRowKey(after.acceptedAt, after.orderId);
      const found = await store.list(customerPartition(customer), '', limit + 1, begin);
      const ids = found.slice(0, limit).map(({ value }) => (value as { orderId: string }).orderId);
      const rows = await Promise.all(ids.map((id) => store.read(orderPartition(id), orderRowKey)));
      const orders = rows.flatMap((row) => parseRow(orderRow, row)?.value.order ?? []);
      const last = found.length > limit ? orders.at(-1) : undefined;
      return { orders, ...(last && { next: { acceptedAt: last.acceptedAt, orderId: last.orderId } }) };
    },
  };
}

/** Written on a repetition too: the first attempt may have died between the two partitions. */
async function listForCustomer(store: PartitionStore, { customer, acceptedAt, orderId }: Order): Promise<void> {
  const row = acceptedRowKey(acceptedAt, orderId);
  const outcome = await store.write(customerPartition(customer), [{ kind: 'insert', row, value: { orderId } }]);
  if (outcome === 'busy') throw new RetryLater(`the store is too busy to list order ${orderId}`);
}
