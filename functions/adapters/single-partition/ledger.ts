import { type Order, stockMove } from '../../domain/order.ts';
import type { CommitOutcome, OrderLedger, Transition } from '../../ports/ledger.ts';
import { decisionRowKey, orderPartition, orderRowKey, outboxRowKey, stockPartition, stockRowKey } from './keys.ts';
import { type Standing, standingOf } from './orders.ts';
import { parseRow, stockRow } from './rows.ts';
import type { PartitionStore, Write } from './store.ts';
import { gather } from './transfers.ts';

interface Home {
  readonly attempt: number;
  readonly shard: number;
}

/**
 * Decides orders where no transaction reaches over order and stock. The decision stands beside the stock, in one group
 * transaction with it and with the event; the order row names the one place (its home) where it may stand. An order
 * changes its home only after a tombstone stands in the old one, so a late twin finds either a decision or the
 * tombstone, and at most one decision exists.
 */
export function orderLedger(store: PartitionStore): OrderLedger {
  return {
    async commit(transition) {
      const { before, after } = transition;
      const standing = await standingOf(store, before.orderId);
      if (standing?.order.state !== before.state || standing.order.version !== before.version) return 'stale';
      if (after.state === 'CONFIRMED' && after.allocation.length > 1) {
        await gather(store, after.sku, after.allocation);
        return 'insufficient stock';
      }
      const home = await settleHome(store, standing, wantedShard(after, standing));
      return home ? decide(store, transition, home, standing) : 'conflict';
    },
  };
}

function wantedShard(after: Order, { row }: Standing): number {
  const taken = after.state === 'CONFIRMED' ? after.allocation[0] : undefined;
  return taken?.shard ?? row.value.home.shard;
}

/** The place for the decision, moved to the wanted shard if need be; undefined when a rival was faster. */
async function settleHome(store: PartitionStore, standing: Standing, shard: number): Promise<Home | undefined> {
  const { row, decision } = standing;
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
  { decision }: Standing,
): Promise<CommitOutcome> {
  const partition = stockPartition(after.sku, home.shard);
  const { state, version, allocation, changedAt } = after;
  const value = { kind: 'DECIDED', change: { state, version, allocation, changedAt } };
  const row = decisionRowKey(after.orderId, home.attempt);
  const replaces = decision?.value.kind === 'DECIDED' ? decision.etag : undefined;
  const writes: Write[] = [
    replaces === undefined ? { kind: 'insert', row, value } : { kind: 'replace', row, value, etag: replaces },
    { kind: 'insert', row: outboxRowKey(after.orderId, after.version), value: event },
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

function unitsReturned(before: Order, after: Order): number {
  const { take, give } = stockMove(before, after);
  const units = (parts: typeof take) => parts.reduce((sum, part) => sum + part.quantity, 0);
  return units(give) - units(take);
}
