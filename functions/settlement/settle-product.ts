import { isLimited, type Order } from '../domain/order.ts';
import { rankShardsFor } from '../domain/sharding.ts';
import { divide } from '../domain/stock.ts';
import { toChunks } from '../lib/chunks.ts';
import { retryConflicts } from '../resilience/retry.ts';
import { type BatchRun, type Pending, runInTime, setAll, settleEach } from './batch-run.ts';
import { confirmTogether, type Planned, rejectTogether } from './commit-together.ts';
import { borrowFor, takeSnapshot } from './settle-order.ts';

/** Maximum snapshots; after them each order is settled individually. A round fails only if others took the units. */
const rounds = 6;

/**
 * Settles the pending orders of one product, those of one shard in one transaction. While there is stock, no shard is
 * read. As soon as one shard has too little, one snapshot decides about all remaining orders.
 */
export async function settleProduct(pending: readonly Pending[], run: BatchRun): Promise<void> {
  let rest = await confirmUnread(pending, run);
  for (let round = 0; round < rounds && rest.length > 0; round++) rest = await settleBySnapshot(rest, run);
  await settleEach(rest, run);
}

/** @returns the orders for which a snapshot is needed */
async function confirmUnread(pending: readonly Pending[], run: BatchRun): Promise<readonly Pending[]> {
  const shards = toShards(pending.map((one) => plan(one)));
  // One shard goes first. For a sold-out product, it saves the others a futile transaction.
  const [scout = [], ...others] = shards.toSorted((a, b) => a.length - b.length);
  const left = await confirmShard(scout, run);
  if (left.length > 0) return [...left, ...others.flat()];
  return (await Promise.all(others.map((shard) => confirmShard(shard, run)))).flat();
}

/** @returns the orders that need another snapshot */
async function settleBySnapshot(orders: readonly Pending[], run: BatchRun): Promise<readonly Pending[]> {
  const [first] = orders;
  if (!first) return [];
  // Taken after the orders were read, so all of them existed at its instant.
  const levels = await runInTime(() => retryConflicts(() => takeSnapshot(first.order, run.ports), run.ports), run);
  if (levels.status === 'rejected') {
    setAll(orders, levels, run);
    return [];
  }
  const want = ({ order }: Pending) => ({ quantity: order.quantity, ranking: rankShardsFor(order) });
  const { served, hopeless, waiting } = divide(levels.value, orders, want);
  const planned = served.map(({ order: { orderId, traceparent, order }, allocation }) => ({
    ...{ orderId, traceparent, order },
    allocation,
  }));
  const [left, undecided] = await Promise.all([confirmPlanned(planned, run), rejectUnlessBorrowed(hopeless, run)]);
  return [...left, ...waiting, ...undecided];
}

/** @returns the orders that units of other regions may serve */
async function rejectUnlessBorrowed(hopeless: readonly Pending[], run: BatchRun): Promise<readonly Pending[]> {
  const orders = hopeless.map(({ order }) => order);
  const arrived = await runInTime(() => borrowFor(orders, run.ports), run);
  if (arrived.status === 'rejected') setAll(hopeless, arrived, run);
  else if (arrived.value > 0) return hopeless;
  else await rejectTogether(hopeless, 'SOLD_OUT', run);
  return [];
}

/**
 * Orders that need several shards come last, one after the other: they would conflict with those of one shard, and with
 * each other.
 */
async function confirmPlanned(planned: readonly Planned[], run: BatchRun): Promise<readonly Pending[]> {
  const [whole, split] = [true, false].map((is) =>
    planned.filter(({ allocation }) => (allocation.length === 1) === is),
  );
  const left = (await Promise.all(toShards(whole ?? []).map((shard) => confirmShard(shard, run)))).flat();
  for (const one of split ?? []) left.push(...(await confirmTogether([one], run)));
  return left;
}

/** @returns the orders that the shard cannot serve, without trying further groups once it has too little */
async function confirmShard(shard: readonly Planned[], run: BatchRun): Promise<Planned[]> {
  const limited = shard.some(({ order }) => isLimited(order));
  const groups = toChunks(shard, run.ports.ledger.maxPerTransaction(limited));
  for (const [index, group] of groups.entries()) {
    const left = await confirmTogether(group, run);
    if (left.length > 0) return [...left, ...groups.slice(index + 1).flat()];
  }
  return [];
}

/** Plans the order from its preferred shard. */
function plan(pending: Pending): Planned {
  return { ...pending, allocation: [{ shard: preferredShard(pending.order), quantity: pending.order.quantity }] };
}

function preferredShard(order: Order): number {
  return rankShardsFor(order)[0] ?? 0;
}

/** Groups the orders by shard. Those under a limit fill a transaction sooner. */
function toShards(planned: readonly Planned[]): Planned[][] {
  const groups = Map.groupBy(planned, ({ order, allocation }) => `${allocation[0]?.shard}#${isLimited(order)}`);
  return [...groups.values()];
}
