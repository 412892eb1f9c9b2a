import { isSettled } from '../domain/order.ts';
import {
  type BatchRun,
  type Found,
  type GroupPorts,
  type Pending,
  type Result,
  runInTime,
  type SettlementRequest,
  settleFound,
} from './batch-run.ts';
import { settleProduct } from './settle-product.ts';

export type { GroupPorts, SettlementRequest } from './batch-run.ts';

/** By order id. */
export type Settlements = ReadonlyMap<string, Result>;

/**
 * Settles a batch. Pending orders of one product are settled together: one write of a hot shard serves all its orders,
 * and one snapshot rejects all that cannot be served.
 */
export async function settleOrders(requests: readonly SettlementRequest[], ports: GroupPorts): Promise<Settlements> {
  const run: BatchRun = { ports, results: new Map() };
  const unique = new Map(requests.map((request) => [request.orderId, request]));
  const found = await findOrders([...unique.values()], run);
  const products = Map.groupBy(found.filter(isPending), ({ order }) => `${order.sku}#${order.shardCount}`);
  await Promise.all([
    ...[...products.values()].map((pending) => settleProduct(pending, run)),
    ...found.filter((one) => !isPending(one)).map((one) => settleFound(one, run)),
  ]);
  return run.results;
}

/** Orders that could be read; for the others, the error is their result. */
async function findOrders(requests: readonly SettlementRequest[], run: BatchRun): Promise<Found[]> {
  async function find(request: SettlementRequest): Promise<Found[]> {
    const { glances, orders } = run.ports;
    const read = async () => (await glances.find(request.orderId)) ?? (await orders.find(request.orderId));
    const found = await runInTime(read, run);
    if (found.status === 'fulfilled') return [found.value ? { ...request, order: found.value } : request];
    run.results.set(request.orderId, found);
    return [];
  }
  return (await Promise.all(requests.map(find))).flat();
}

function isPending(found: Found): found is Pending {
  return found.order !== undefined && !isSettled(found.order);
}
