import { type Order, stockMove } from '../../domain/order.ts';
import type { CommitOutcome, OrderLedger, Transition } from '../../ports/ledger.ts';
import { buildHoldingMove, isInReach, toHoldingShard, toParts } from './holdings.ts';
import { decisionRowKey, orderPartition, orderRowKey, outboxRowKey, stockPartition, stockRowKey } from './keys.ts';
import { type CurrentOrder, readCurrentOrder } from './orders.ts';
import { parseRow, stockRow } from './rows.ts';
import type { PartitionStore, Write } from './store.ts';
import { gather } from './transfers.ts';

interface Home {
  readonly attempt: number;
  readonly shard: number;
}

/**
 * Decides orders in a store without transactions across order and stock. One group transaction writes the decision, the
 * stock and the event to the stock's partition. The order row names the only place (its home) for the decision. An
 * order changes its home only after a tombstone is written to the old one. A late duplicate then finds the decision or
 * the tombstone, so at most one decision exists.
 */
export function orderLedger(store: PartitionStore): OrderLedger {
  return {
    async commit(transition) {
      const { before, after } = transition;
      const current = await readCurrentOrder(store, before.orderId);
      if (current?.order.state !== before.state || current.order.version !== before.version) return 'stale';
      if (after.state === 'CONFIRMED') {
        const outcome = await bringIntoReach(store, transition);
        if (outcome !== 'in reach') return outcome;
      }
      const home = await moveHome(store, current, wantedShard(after, current));
      return home ? decide(store, transition, home, current) : 'conflict';
    },
  };
}

/** Moves units to the shard that must serve the order. Unless they are there already, the caller has to try again. */
async function bringIntoReach(store: PartitionStore, { before, after }: Transition) {
  const holdingShard = toHoldingShard(after);
  if (isInReach(after, holdingShard)) return 'in reach';
  // First, so that no units move for an order that will be rejected.
  const move = await buildHoldingMove(store, before, after, holdingShard);
  if (move === 'limit reached') return move;
  await gather(store, after.sku, toParts(after, holdingShard));
  return 'insufficient stock';
}

function wantedShard(after: Order, { row }: CurrentOrder): number {
  const taken = after.state === 'CONFIRMED' ? after.allocation[0] : undefined;
  return taken?.shard ?? row.value.home.shard;
}

/** Returns the order's home, moved to the wanted shard if needed; undefined when a rival moved it first. */
async function moveHome(store: PartitionStore, current: CurrentOrder, shard: number): Promise<Home | undefined> {
  const { row, decision } = current;
  const { home, order } = row.value;
  const moved = decision?.value.kind === 'MOVED';
  if (!moved && home.shard === shard) return home;
  if (!moved) {
    const tombstone = {
      kind: 'insert',
      row: decisionRowKey(order.orderId, home.attempt),
      value: { kind: 'MOVED' },
    } as const;
    if ((await store.write(stockPartition(order.sku, home.shard), [tombstone])) !== 'written') return undefined;
  }
  const next = { attempt: home.attempt + 1, shard };
  const move = { kind: 'replace', row: orderRowKey, value: { ...row.value, home: next }, etag: row.etag } as const;
  return (await store.write(orderPartition(order.orderId), [move])) === 'written' ? next : undefined;
}

async function decide(
  store: PartitionStore,
  { before, after, event }: Transition,
  home: Home,
  { decision }: CurrentOrder,
): Promise<CommitOutcome> {
  const partition = stockPartition(after.sku, home.shard);
  const holding = await buildHoldingMove(store, before, after, home.shard);
  if (holding === 'limit reached') return holding;
  const value = { kind: 'DECIDED', change: toChange(after) };
  const row = decisionRowKey(after.orderId, home.attempt);
  const replaces = decision?.value.kind === 'DECIDED' ? decision.etag : undefined;
  const writes: Write[] = [
    replaces === undefined ? { kind: 'insert', row, value } : { kind: 'replace', row, value, etag: replaces },
    { kind: 'insert', row: outboxRowKey(after.orderId, after.version), value: event },
    ...holding,
  ];
  const change = unitsReturned(before, after);
  if (change !== 0) {
    const stock = parseRow(stockRow, await store.read(partition, stockRowKey));
    if (!stock || stock.value.left + change < 0) return 'insufficient stock';
    const moved = { ...stock.value, left: stock.value.left + change };
    writes.push({ kind: 'replace', row: stockRowKey, value: moved, etag: stock.etag });
  }
  return (await store.write(partition, writes)) === 'written' ? 'committed' : 'conflict';
}

function toChange({ state, version, allocation, held, reason, changedAt }: Order) {
  return { state, version, allocation, ...(held && { held }), ...(reason && { reason }), changedAt };
}

function unitsReturned(before: Order, after: Order): number {
  const { take, give } = stockMove(before, after);
  const units = (parts: typeof take) => parts.reduce((sum, part) => sum + part.quantity, 0);
  return units(give) - units(take);
}
