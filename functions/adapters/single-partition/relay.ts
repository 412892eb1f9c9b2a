import type { OrderEvent } from '../../contracts/order-event.ts';
import { productRow } from '../../contracts/rows.ts';
import { isOpen } from '../../domain/order.ts';
import {
  eventRowKey,
  orderPartition,
  orderRowKey,
  outboxPrefix,
  productPartition,
  productRowKey,
  stockPartition,
} from './keys.ts';
import { unlist } from './open-orders.ts';
import { standingOf } from './orders.ts';
import { outboxRow, parseRow } from './rows.ts';
import type { PartitionStore } from './store.ts';
import { finishSupplies } from './supply.ts';
import { finishTransfer } from './transfers.ts';

const atOnce = 100;

/**
 * Hands on the events of one shard that nobody has handed on yet, at least once each and in no particular order; the
 * order row follows first, so that who hears of an order finds it so. An event that `hand` throws on stays for the next
 * call and holds up no other.
 *
 * @throws {AggregateError} of what `hand` threw
 */
export async function relayEvents(
  store: PartitionStore,
  { sku, shard }: { sku: string; shard: number },
  hand: (event: OrderEvent) => Promise<void>,
): Promise<void> {
  const partition = stockPartition(sku, shard);
  const errors: unknown[] = [];
  for (const { row, etag, value } of await store.list(partition, outboxPrefix, atOnce)) {
    try {
      const event = outboxRow.parse(value);
      await followDecision(store, event.order.orderId);
      await hand(event);
      // Refused: another relay was faster.
      await store.write(partition, [
        { kind: 'delete', row, etag },
        { kind: 'insert', row: eventRowKey(event.order.orderId, event.order.version), value: event },
      ]);
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw new AggregateError(errors, `${errors.length} events of ${sku} stay in the outbox`);
}

/** Finishes what a crash left half done: supplies that have not reached every shard, units between two shards. */
export async function mendProduct(store: PartitionStore, sku: string): Promise<void> {
  const product = parseRow(productRow, await store.read(productPartition(sku), productRowKey));
  await finishSupplies(store, sku);
  for (let shard = 0; shard < (product?.value.shardCount ?? 0); shard++) await finishTransfer(store, sku, shard);
}

/** @throws when the row moved meanwhile: the event stays, and the next relay looks again */
async function followDecision(store: PartitionStore, orderId: string): Promise<void> {
  const standing = await standingOf(store, orderId);
  if (!standing || standing.row.value.order.version === standing.order.version) return;
  // First, since nobody looks again once the row has followed.
  if (!isOpen(standing.order)) await unlist(store, standing.order);
  const { value, etag } = standing.row;
  const follow = { kind: 'replace', row: orderRowKey, value: { ...value, order: standing.order }, etag } as const;
  const outcome = await store.write(orderPartition(orderId), [follow]);
  if (outcome !== 'written') throw new Error(`order ${orderId} moved while its row followed`);
}
