import type { OrderEvent } from '../../contracts/order-event.ts';
import { allOf } from '../../lib/all-of.ts';
import { catalogPartition } from './keys.ts';
import { mendProduct, readShardCount, relayEvents } from './relay.ts';
import type { PartitionStore } from './store.ts';

type Hand = (event: OrderEvent) => Promise<void>;

/**
 * Repairs a product and hands over its shards' events: the fallback for events whose notice was lost.
 *
 * @throws {AggregateError} when a step failed; the others are done
 */
export async function sweepProduct(store: PartitionStore, sku: string, hand: Hand): Promise<void> {
  const errors: unknown[] = [];
  await mendProduct(store, sku).catch((error) => errors.push(error));
  const shardCount = await readShardCount(store, sku);
  for (let shard = 0; shard < shardCount; shard++)
    await relayEvents(store, { sku, shard }, hand).catch((error) => errors.push(error));
  if (errors.length > 0) throw allOf(errors, `product ${sku} needs another sweep`);
}

const pageSize = 100;

/** @throws {AggregateError} with the errors of the products that need another sweep; the others are done */
export async function sweepAll(store: PartitionStore, hand: Hand): Promise<void> {
  const errors: unknown[] = [];
  for (let after: string | undefined; ; ) {
    // Lists keys instead of products: a product that this version cannot read has events, too.
    const listed = await store.list(catalogPartition, '', pageSize, after);
    for (const { row: sku } of listed) await sweepProduct(store, sku, hand).catch((error) => errors.push(error));
    if (listed.length < pageSize) break;
    after = listed.at(-1)?.row;
  }
  if (errors.length > 0) throw allOf(errors, `${errors.length} products need another sweep`);
}
