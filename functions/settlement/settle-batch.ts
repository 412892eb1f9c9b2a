import { eventOf } from '../contracts/order-event.ts';
import { confirmOrder, isSettled, type Order } from '../domain/order.ts';
import { rankShards } from '../domain/sharding.ts';
import { chunksOf } from '../lib/chunks.ts';
import type { GroupLedger } from '../ports/ledger.ts';
import { retryConflicts } from '../resilience/retry.ts';
import { type Settlement, type SettlementPorts, settleFound } from './settle-order.ts';

export interface GroupPorts extends SettlementPorts {
  readonly ledger: GroupLedger;
  /** @throws when no time is left to begin anything */
  readonly needTime: () => void;
}

export interface SettlementRequest {
  readonly orderId: string;
  readonly traceparent: string;
}

/** What it came to, or why its message has to come again. */
type Result = PromiseSettledResult<Settlement>;

/** By order id. */
export type Settlements = ReadonlyMap<string, Result>;

/**
 * Of a group that fell apart. One after the other, a sold-out product would be slow to say so; all at once, those that
 * can still have something would be in each other's way.
 */
const concurrency = 10;

interface Found extends SettlementRequest {
  readonly order: Order | undefined;
}

interface Pending extends Found {
  readonly order: Order;
}

/**
 * Settles a batch: the pending orders of one shard are confirmed in one transaction, so that a hot shard is written once
 * for all of them. When that fails for any of them, each is settled by itself, as if it had come alone.
 */
export async function settleOrders(requests: readonly SettlementRequest[], ports: GroupPorts): Promise<Settlements> {
  const results = new Map<string, Result>();

  async function settleAlone({ orderId, order, traceparent }: Found): Promise<void> {
    results.set(orderId, await resultOf(() => settleFound(order, traceparent, ports), ports));
  }

  async function settleGroup(group: readonly Pending[]): Promise<void> {
    if (group.length > 1) {
      const together = await resultOf(() => confirmTogether(group, ports), ports);
      if (together.status === 'rejected' || together.value === 'confirmed') {
        for (const { orderId } of group) results.set(orderId, together as Result);
        return;
      }
    }
    for (const some of chunksOf(group, concurrency)) await Promise.all(some.map(settleAlone));
  }

  async function settleShard(pending: readonly Pending[]): Promise<void> {
    for (const group of chunksOf(pending, ports.ledger.maxPerTransaction)) await settleGroup(group);
  }

  async function find(request: SettlementRequest): Promise<Found[]> {
    const found = await resultOf(async () => ({ ...request, order: await ports.orders.find(request.orderId) }), ports);
    if (found.status === 'fulfilled') return [found.value];
    results.set(request.orderId, found);
    return [];
  }

  const once = new Map(requests.map((request) => [request.orderId, request]));
  const found = (await Promise.all([...once.values()].map(find))).flat();
  const shards = Map.groupBy(found.filter(isPending), shardOf);
  await Promise.all([
    ...[...shards.values()].map(settleShard),
    ...found.filter((one) => !isPending(one)).map(settleAlone),
  ]);
  return results;
}

async function resultOf<Value>(work: () => Promise<Value>, { needTime }: GroupPorts) {
  const begun = async () => {
    needTime();
    return work();
  };
  const [result] = await Promise.allSettled([begun()]);
  return result;
}

function isPending(found: Found): found is Pending {
  return found.order !== undefined && !isSettled(found.order);
}

/** Where settlement looks for its units first. */
function shardOf({ order }: Pending): string {
  return `${order.sku}#${rankShards(order.orderId, order.shardCount)[0] ?? 0}`;
}

/** `apart` when not all of them can be confirmed: nothing is decided then. @throws {RetryLater} in too much conflict */
async function confirmTogether(group: readonly Pending[], ports: GroupPorts): Promise<'confirmed' | 'not batched'> {
  const transitions = group.map(({ order, traceparent }) => {
    const shard = rankShards(order.orderId, order.shardCount)[0] ?? 0;
    const after = confirmOrder(order, [{ shard, quantity: order.quantity }], ports.clock.now());
    return { before: order, after, event: eventOf(after, traceparent) };
  });
  ports.meter.count('ShardProbes');
  const outcome = await retryConflicts(() => ports.ledger.commitTogether(transitions), ports);
  if (outcome === 'not batched') return 'not batched';
  ports.meter.count('OrdersConfirmed', group.length);
  return 'confirmed';
}
