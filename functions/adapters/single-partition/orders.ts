import { parseReadable } from '../../contracts/readable-rows.ts';
import type { Order } from '../../domain/order.ts';
import { rankShardsFor } from '../../domain/sharding.ts';
import type { OrderStore } from '../../ports/orders.ts';
import { RetryLater } from '../../ports/retry-later.ts';
import {
  acceptedRowKey,
  customerPartition,
  decisionRowKey,
  orderPartition,
  orderRowKey,
  parseAcceptedRowKey,
  stockPartition,
} from './keys.ts';
import { listAsOpen } from './open-orders.ts';
import { decisionRow, type OrderRow, orderRow, parseRow, type Read } from './rows.ts';
import type { PartitionStore } from './store.ts';

/** An order's current state: its row, overlaid with the decision at its home, which the row may not show yet. */
export interface CurrentOrder {
  readonly row: Read<OrderRow>;
  readonly decision: Read<{ readonly kind: 'MOVED' | 'DECIDED' }> | undefined;
  readonly order: Order;
}

export async function readCurrentOrder(store: PartitionStore, orderId: string): Promise<CurrentOrder | undefined> {
  const row = parseRow(orderRow, await store.read(orderPartition(orderId), orderRowKey));
  if (!row) return undefined;
  const { order, home } = row.value;
  const homePartition = stockPartition(order.sku, home.shard);
  const decision = parseRow(decisionRow, await store.read(homePartition, decisionRowKey(orderId, home.attempt)));
  const change = decision?.value.kind === 'DECIDED' ? decision.value.change : {};
  return { row, decision, order: { ...order, ...change } };
}

export function orderStore(store: PartitionStore): OrderStore {
  return {
    async create(stored) {
      const { order } = stored;
      await listAsOpen(store, order);
      const home = { attempt: 0, shard: rankShardsFor(order)[0] ?? 0 };
      const insert = { kind: 'insert', row: orderRowKey, value: { ...stored, home } } as const;
      const outcome = await store.write(orderPartition(order.orderId), [insert]);
      if (outcome === 'busy') throw new RetryLater(`the store is too busy to create order ${order.orderId}`);
      const current = outcome === 'refused' ? await readCurrentOrder(store, order.orderId) : undefined;
      await listForCustomer(store, current?.order ?? order);
      if (!current) return { created: true };
      const { requestHash } = current.row.value;
      return { created: false, existing: { order: current.order, requestHash } };
    },

    async find(orderId) {
      return (await readCurrentOrder(store, orderId))?.order;
    },

    async listByCustomer(customer, limit, after) {
      const begin = after && acceptedRowKey(after.acceptedAt, after.orderId);
      const found = await store.list(customerPartition(customer), '', limit + 1, begin);
      const ids = found.slice(0, limit).map(({ value }) => (value as { orderId: string }).orderId);
      const rows = await Promise.all(ids.map((id) => store.read(orderPartition(id), orderRowKey)));
      const stored = rows.flatMap((row) => row?.value ?? []);
      const orders = parseReadable(orderRow, stored).map(({ order }) => order);
      // From the key, because the last order may be missing or unreadable.
      const last = found.length > limit ? found[limit - 1] : undefined;
      return { orders, ...(last && { next: parseAcceptedRowKey(last.row) }) };
    },
  };
}

/** Also written on a repetition: the first attempt may have died between the two partitions. */
async function listForCustomer(store: PartitionStore, { customer, acceptedAt, orderId }: Order): Promise<void> {
  const row = acceptedRowKey(acceptedAt, orderId);
  const outcome = await store.write(customerPartition(customer), [{ kind: 'insert', row, value: { orderId } }]);
  if (outcome === 'busy') throw new RetryLater(`the store is too busy to list order ${orderId}`);
}
