import { eventOf } from '../contracts/order-event.ts';
import { confirmOrder, isSettled, type Order } from '../domain/order.ts';
import { rankShards } from '../domain/sharding.ts';
import type { GroupLedger } from '../ports/ledger.ts';
import { retryConflicts } from '../ports/retry.ts';
import { type Settlement, type SettlementPorts, settleOrder } from './settle-order.ts';

export interface GroupPorts extends SettlementPorts {
  readonly ledger: GroupLedger;
}

export interface SettlementRequest {
  readonly orderId: string;
  readonly traceparent: string;
}

/** By order id: what it came to, or why its message has to come again. */
export type Settlements = ReadonlyMap<string, PromiseSettledResult<Settlement>>;

interface Candidate extends SettlementRequest {
  readonly order: Order;
  readonly shard: number;
}

/**
 * Settles a batch: the pending orders of one shard are confirmed in one transaction, so that a hot shard is written once
 * for all of them. When that fails for any of them, each is settled by itself, as if it had come alone.
 */
export async function settleOrders(requests: readonly SettlementRequest[], ports: GroupPorts): Promise<Settlements> {
  const results = new Map<string, PromiseSettledResult<Settlement>>();
  const once = [...new Map(requests.map((request) => [request.orderId, request])).values()];
  const alone = async ({ orderId, traceparent }: SettlementRequest) => {
    const [result] = await Promise.allSettled([settleOrder(orderId, traceparent, ports)]);
    if (result) results.set(orderId, result);
  };

  async function settleGroup(group: readonly Candidate[]): Promise<void> {
    if (group.length > 1) {
      const [together] = await Promise.allSettled([confirmTogether(group, ports)]);
      if (together.status === 'rejected' || together.value === 'confirmed') {
        const result = together as PromiseSettledResult<'confirmed'>;
        for (const { orderId } of group) results.set(orderId, result);
        return;
      }
    }
    // One after the other: side by side they would be in each other's way.
    for (const one of group) await alone(one);
  }

  async function settleShard(candidates: readonly Candidate[]): Promise<void> {
    for (const group of chunksOf(candidates, ports.ledger.most)) await settleGroup(group);
  }

  const found = await Promise.allSettled(once.map((request) => findCandidate(request, ports)));
  const candidates = found.flatMap((look) => (look.status === 'fulfilled' && look.value ? [look.value] : []));
  const grouped = new Set(candidates.map(({ orderId }) => orderId));
  const shards = Map.groupBy(candidates, ({ order, shard }) => `${order.sku}#${shard}`);
  await Promise.all([
    ...[...shards.values()].map(settleShard),
    ...once.filter(({ orderId }) => !grouped.has(orderId)).map(alone),
  ]);
  return results;
}

/** A pending order with its first shard; undefined for what is settled or unknown. */
async function findCandidate(request: SettlementRequest, { orders }: GroupPorts): Promise<Candidate | undefined> {
  const order = await orders.find(request.orderId);
  if (!order || isSettled(order)) return undefined;
  return { ...request, order, shard: rankShards(order.orderId, order.shardCount)[0] ?? 0 };
}

/** `apart` when not all of them can be confirmed: nothing is decided then. @throws {RetryLater} in too much conflict */
async function confirmTogether(group: readonly Candidate[], ports: GroupPorts): Promise<'confirmed' | 'apart'> {
  const transitions = group.map(({ order, shard, traceparent }) => {
    const after = confirmOrder(order, [{ shard, quantity: order.quantity }], ports.clock.now());
    return { before: order, after, event: eventOf(after, traceparent) };
  });
  const outcome = await retryConflicts(() => ports.ledger.commitTogether(transitions), ports);
  if (outcome === 'apart') return 'apart';
  ports.meter.count('OrdersConfirmed', group.length);
  return 'confirmed';
}

function chunksOf<One>(all: readonly One[], size: number): One[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, chunk) =>
    all.slice(chunk * size, (chunk + 1) * size),
  );
}
