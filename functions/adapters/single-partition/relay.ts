import type { OrderEvent } from '../../contracts/order-event.ts';
import { parseReadable } from '../../contracts/readable-rows.ts';
import { productRow } from '../../contracts/rows.ts';
import { isOpen } from '../../domain/order.ts';
import { allOf } from '../../lib/all-of.ts';
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
import { readCurrentOrder } from './orders.ts';
import { outboxRow, parseRow } from './rows.ts';
import type { PartitionStore } from './store.ts';
import { finishSupplies } from './supply.ts';
import { finishTransfer } from './transfers.ts';

const batchSize = 100;

/**
 * Hands over the events in one shard's outbox, at least once each and in no particular order. The order row is updated
 * first, so that a consumer finds the state that its event reports. An event that `hand` rejects stays for the next
 * call and does not block the others; one that this version cannot read stays for a newer version.
 *
 * @throws {AggregateError} with the errors of `hand`
 */
export async function relayEvents(
  store: PartitionStore,
  { sku, shard }: { sku: string; shard: number },
  hand: (event: OrderEvent) => Promise<void>,
): Promise<void> {
  const partition = stockPartition(sku, shard);
  const errors: unknown[] = [];
  for (const { row, etag, event } of await listReadable(store, partition)) {
    try {
      await followDecision(store, event.order.orderId);
      await hand(event);
      // May be refused: another relay was faster.
      await store.write(partition, [
        { kind: 'delete', row, etag },
        { kind: 'insert', row: eventRowKey(event.order.orderId, event.order.version), value: event },
      ]);
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw allOf(errors, `${errors.length} events of ${sku} are still in the outbox`);
}

interface Waiting {
  readonly row: string;
  readonly etag: string;
  readonly event: OrderEvent;
}

/** The first events of an outbox, past pages that this version cannot read at all. */
async function listReadable(store: PartitionStore, partition: string): Promise<Waiting[]> {
  for (let after: string | undefined; ; ) {
    const rows = await store.list(partition, outboxPrefix, batchSize, after);
    const waiting = rows.flatMap(({ row, etag, value }) =>
      parseReadable(outboxRow, [value]).map((event) => ({ row, etag, event })),
    );
    if (waiting.length > 0 || rows.length < batchSize) return waiting;
    after = rows.at(-1)?.row;
  }
}

/** Completes what a crash interrupted: supplies missing on some shards, and units in transit between shards. */
export async function mendProduct(store: PartitionStore, sku: string): Promise<void> {
  await finishSupplies(store, sku);
  const shardCount = await readShardCount(store, sku);
  for (let shard = 0; shard < shardCount; shard++) await finishTransfer(store, sku, shard);
}

const sharded = productRow.pick({ shardCount: true });

/** Parses only this field: the rest of the product may be of a newer version. */
export async function readShardCount(store: PartitionStore, sku: string): Promise<number> {
  return parseRow(sharded, await store.read(productPartition(sku), productRowKey))?.value.shardCount ?? 0;
}

/** @throws {Error} when the row changed meanwhile; the event stays, and the next relay tries again */
async function followDecision(store: PartitionStore, orderId: string): Promise<void> {
  const current = await readCurrentOrder(store, orderId);
  if (!current || current.row.value.order.version === current.order.version) return;
  // Unlisted first: nothing retries it once the row is updated.
  if (!isOpen(current.order)) await unlist(store, current.order);
  const { value, etag } = current.row;
  const follow = { kind: 'replace', row: orderRowKey, value: { ...value, order: current.order }, etag } as const;
  const outcome = await store.write(orderPartition(orderId), [follow]);
  if (outcome !== 'written')
    throw new Error(`order ${orderId} changed while its row was updated; the next relay tries again`);
}
