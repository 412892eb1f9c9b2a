import type { OrderEvent } from '../../contracts/order-event.ts';
import { productReader } from './products.ts';
import { mendProduct, relayEvents } from './relay.ts';
import type { PartitionStore } from './store.ts';

type Hand = (event: OrderEvent) => Promise<void>;

/** Repairs a product and hands over its shards' events: the fallback for events whose notice was lost. */
export async function sweepProduct(store: PartitionStore, sku: string, hand: Hand): Promise<void> {
  await mendProduct(store, sku);
  const { shardCount = 0 } = (await productReader(store).find(sku)) ?? {};
  for (let shard = 0; shard < shardCount; shard++) await relayEvents(store, { sku, shard }, hand);
}

/** @throws {AggregateError} with the errors of the products that need another sweep; the others are done */
export async function sweepAll(store: PartitionStore, hand: Hand): Promise<void> {
  const errors: unknown[] = [];
  for (let after: string | undefined; ; ) {
    const { products, next } = await productReader(store).list(100, after);
    for (const { sku } of products) await sweepProduct(store, sku, hand).catch((error) => errors.push(error));
    if (next === undefined) break;
    after = next;
  }
  if (errors.length > 0) throw new AggregateError(errors, `${errors.length} products need another sweep`);
}
