import type { Constants } from './assumptions.ts';

export interface ShardLoad {
  /** Batches settled per second, and orders of the hot product in each. */
  readonly batchesPerSecond: number;
  readonly hotOrdersPerBatch: number;
  readonly shards: number;
  /** Maximum number of orders in one transaction. */
  readonly groupMax: number;
}

export interface ShardUse {
  /** Share of time in which a transaction locks a shard's row. It equals the share of attempts that conflict. */
  readonly use: number;
  /** Groups of orders of the hot product per batch. */
  readonly groups: number;
}

/**
 * One stock row as Erlang's loss system with one server: a conflicting transaction is rejected, not queued. Carried use
 * `u` is then also the probability of a conflict.
 */
export function useOfShard(
  { batchesPerSecond, hotOrdersPerBatch, shards, groupMax }: ShardLoad,
  c: Pick<Constants, 'transactionSeconds' | 'transactionItemSeconds'>,
): ShardUse {
  if (hotOrdersPerBatch <= 0) return { use: 0, groups: 0 };
  const hit = shards * (1 - Math.exp(hotOrdersPerBatch * Math.log1p(-1 / (shards + 1e-9))));
  const touched = Math.max(1, Math.min(hotOrdersPerBatch, shards === 1 ? 1 : hit));
  const perShard = hotOrdersPerBatch / touched;
  const transactions = Math.max(1, perShard / groupMax);
  const orders = Math.min(perShard, groupMax);
  // Items: order, event and half a holding per order, and the shard.
  const seconds = c.transactionSeconds + c.transactionItemSeconds * (2 * orders + 1);
  const perSecond = (batchesPerSecond * touched * transactions) / shards;
  return { use: Math.min(1, perSecond * seconds), groups: touched * Math.ceil(transactions) };
}
