import { holdingRow } from '../../contracts/rows.ts';
import { holdingMove, type Order } from '../../domain/order.ts';
import { rankShardsFor } from '../../domain/sharding.ts';
import type { Allocation } from '../../domain/stock.ts';
import { holdingRowKey, stockPartition } from './keys.ts';
import { parseRow } from './rows.ts';
import type { PartitionStore, Write } from './store.ts';

/** The shard whose partition counts the customer's holding: an order under a limit can be confirmed only there. */
export function toHoldingShard(order: Order): number {
  return rankShardsFor(order)[0] ?? 0;
}

/**
 * Whether an order can be confirmed from these shards. One transaction writes one shard, and it must be the one that
 * counts the holding.
 */
export function isInReach({ allocation, held }: Order, holdingShard: number): boolean {
  return allocation.length === 1 && (!held || allocation[0]?.shard === holdingShard);
}

/** Units to move, first to the shard that will serve the order: see `gather`. */
export function toParts({ allocation, held }: Order, holdingShard: number): Allocation {
  if (!held) return allocation;
  return [{ shard: holdingShard, quantity: 0 }, ...allocation.filter(({ shard }) => shard !== holdingShard)];
}

/** The write that moves the customer's holding with the order; none for an order without a limit. */
export async function buildHoldingMove(
  store: PartitionStore,
  before: Order,
  after: Order,
  shard: number,
): Promise<readonly Write[] | 'limit reached'> {
  const gain = holdingMove(before, after);
  if (gain === 0) return [];
  const { sku, customer, limitPerCustomer = 0 } = after;
  const row = holdingRowKey(customer);
  const holding = parseRow(holdingRow, await store.read(stockPartition(sku, shard), row));
  const units = (holding?.value.units ?? 0) + gain;
  // A return is never refused: nothing may stop a cancel.
  if (gain > 0 && units > limitPerCustomer) return 'limit reached';
  const value = { sku, customer, units };
  return [holding ? { kind: 'replace', row, value, etag: holding.etag } : { kind: 'insert', row, value }];
}
