import { toOrderEvent } from '../contracts/order-event.ts';
import { confirmOrder, isLimited, isSettled, type Order } from '../domain/order.ts';
import { rankShardsFor } from '../domain/sharding.ts';
import { toChunks } from '../lib/chunks.ts';
import type { GroupLedger } from '../ports/ledger.ts';
import { retryConflicts } from '../resilience/retry.ts';
import { type Settlement, type SettlementPorts, settleStoredOrder } from './settle-order.ts';

export interface GroupPorts extends SettlementPorts {
  readonly ledger: GroupLedger;
  /** @throws when too little time is left to start more work */
  readonly requireTime: () => void;
}

export interface SettlementRequest {
  readonly orderId: string;
  readonly traceparent: string;
}

/** The outcome, or why the message must be redelivered. */
type Result = PromiseSettledResult<Settlement>;

/** By order id. */
export type Settlements = ReadonlyMap<string, Result>;

/**
 * Orders settled concurrently after their batch failed. One at a time is slow for a sold-out product; all at once, orders
 * that can still be served would conflict.
 */
const concurrency = 10;

interface Found extends SettlementRequest {
  readonly order: Order | undefined;
}

interface Pending extends Found {
  readonly order: Order;
}

/**
 * Settles a batch. Pending orders of one shard are confirmed in one transaction, so a hot shard is written once for all
 * of them. If any of them fails, each is settled on its own.
 */
export async function settleOrders(requests: readonly SettlementRequest[], ports: GroupPorts): Promise<Settlements> {
  const results = new Map<string, Result>();
  const unique = new Map(requests.map((request) => [request.orderId, request]));
  const found = await findOrders([...unique.values()], results, ports);
  const shards = Map.groupBy(found.filter(isPending), ({ order }) => toGroup(order));
  await Promise.all([
    ...[...shards.values()].map((pending) => settleShard(pending, results, ports)),
    ...found.filter((one) => !isPending(one)).map((one) => settleAlone(one, results, ports)),
  ]);
  return results;
}

/** Orders that could be read; for the others, the error is their result. */
async function findOrders(
  requests: readonly SettlementRequest[],
  results: Map<string, Result>,
  ports: GroupPorts,
): Promise<Found[]> {
  async function find(request: SettlementRequest): Promise<Found[]> {
    const found = await runInTime(async () => ({ ...request, order: await ports.orders.find(request.orderId) }), ports);
    if (found.status === 'fulfilled') return [found.value];
    results.set(request.orderId, found);
    return [];
  }
  return (await Promise.all(requests.map(find))).flat();
}

async function settleShard(pending: readonly Pending[], results: Map<string, Result>, ports: GroupPorts) {
  const limited = pending.some(({ order }) => isLimited(order));
  for (const group of toChunks(pending, ports.ledger.maxPerTransaction(limited)))
    await settleGroup(group, results, ports);
}

async function settleGroup(group: readonly Pending[], results: Map<string, Result>, ports: GroupPorts): Promise<void> {
  if (group.length > 1) {
    const together = await runInTime(() => confirmTogether(group, ports), ports);
    if (together.status === 'rejected' || together.value === 'confirmed') {
      for (const { orderId } of group) results.set(orderId, together as Result);
      return;
    }
    if (together.value !== 'not batched') {
      const { overLimit } = together.value;
      const [over, others] = [true, false].map((is) => group.filter(({ orderId }) => overLimit.has(orderId) === is));
      await settleGroup(others ?? [], results, ports);
      return settleEach(over ?? [], results, ports);
    }
  }
  await settleEach(group, results, ports);
}

/** One after the other for a customer under a limit: they would conflict on the customer's holding. */
async function settleEach(group: readonly Pending[], results: Map<string, Result>, ports: GroupPorts): Promise<void> {
  const chains = Map.groupBy(group, ({ order }) => (isLimited(order) ? order.customer : order.orderId));
  const settleChain = async (chain: readonly Pending[]) => {
    for (const one of chain) await settleAlone(one, results, ports);
  };
  for (const some of toChunks([...chains.values()], concurrency)) await Promise.all(some.map(settleChain));
}

async function settleAlone({ orderId, order, traceparent }: Found, results: Map<string, Result>, ports: GroupPorts) {
  results.set(orderId, await runInTime(() => settleStoredOrder(order, traceparent, ports), ports));
}

async function runInTime<Value>(work: () => Promise<Value>, { requireTime }: GroupPorts) {
  const run = async () => {
    requireTime();
    return work();
  };
  const [result] = await Promise.allSettled([run()]);
  return result;
}

function isPending(found: Found): found is Pending {
  return found.order !== undefined && !isSettled(found.order);
}

/** Orders of one shard. Those under a limit fill a transaction sooner. */
function toGroup(order: Order): string {
  return `${order.sku}#${preferredShard(order)}#${isLimited(order)}`;
}

/** The shard that settlement tries first. */
function preferredShard(order: Order): number {
  return rankShardsFor(order)[0] ?? 0;
}

/** Unless `confirmed`, nothing was decided. @throws {RetryLater} after repeated conflicts */
async function confirmTogether(group: readonly Pending[], ports: GroupPorts) {
  const transitions = group.map(({ order, traceparent }) => {
    const after = confirmOrder(order, [{ shard: preferredShard(order), quantity: order.quantity }], ports.clock.now());
    return { before: order, after, event: toOrderEvent(after, traceparent) };
  });
  ports.meter.count('ShardProbes');
  const outcome = await retryConflicts(() => ports.ledger.commitTogether(transitions), ports);
  if (outcome !== 'committed') return outcome;
  ports.meter.count('OrdersConfirmed', group.length);
  return 'confirmed' as const;
}
