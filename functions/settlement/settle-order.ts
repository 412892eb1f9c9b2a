import { toOrderEvent } from '../contracts/order-event.ts';
import { confirmOrder, isSettled, type Order, type RejectReason, rejectOrder } from '../domain/order.ts';
import { rankShardsFor } from '../domain/sharding.ts';
import { type Allocation, allocate } from '../domain/stock.ts';
import type { Borrow } from '../lending/borrow.ts';
import type { OrderLedger } from '../ports/ledger.ts';
import type { OrderStore } from '../ports/orders.ts';
import { RetryLater } from '../ports/retry-later.ts';
import type { Clock, Meter, Pause } from '../ports/runtime.ts';
import type { StockLevels } from '../ports/stock.ts';
import { retryConflicts } from '../resilience/retry.ts';

export interface SettlementPorts {
  readonly orders: OrderStore;
  readonly ledger: OrderLedger;
  readonly stock: StockLevels;
  /** Takes units from the other regions; missing in a stage of one region. */
  readonly borrow?: Borrow;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly pause: Pause;
}

export type Settlement = 'confirmed' | 'rejected' | 'already settled' | 'unknown order';

/** Confirm from these shards, or reject. */
type Plan =
  | { readonly allocation: Allocation; readonly reason?: undefined }
  | { readonly allocation?: undefined; readonly reason: RejectReason };

// Every attempt after the first uses a fresh snapshot, so it fails only if others took the units in between.
const attempts = 6;

/**
 * Settles one order, idempotently: PENDING -> CONFIRMED with its stock, or PENDING -> REJECTED when all shards together
 * hold too little at one instant, or when the customer would hold more than the order's limit. The first attempt takes
 * from the preferred shard without reading it: it nearly always succeeds while there is stock.
 *
 * @throws {RetryLater} when nothing was decided; the queue redelivers the message
 */
export async function settleOrder(orderId: string, traceparent: string, ports: SettlementPorts): Promise<Settlement> {
  return settleStoredOrder(await ports.orders.find(orderId), traceparent, ports);
}

/** Like {@link settleOrder}, for an order that was just read. */
export async function settleStoredOrder(
  order: Order | undefined,
  traceparent: string,
  ports: SettlementPorts,
): Promise<Settlement> {
  if (!order) return 'unknown order';
  if (isSettled(order)) return countDuplicate(ports);

  const ranking = rankShardsFor(order);
  let plan: Plan = { allocation: [{ shard: ranking[0] ?? 0, quantity: order.quantity }] };
  for (let attempt = 0; attempt < attempts; attempt++) {
    const at = ports.clock.now();
    const after: Order = plan.allocation
      ? confirmOrder(order, plan.allocation, at)
      : rejectOrder(order, at, plan.reason);
    const event = toOrderEvent(after, traceparent);
    ports.meter.count('ShardProbes');
    const outcome = await retryConflicts(() => ports.ledger.commit({ before: order, after, event }), ports);
    if (outcome === 'stale') return countDuplicate(ports);
    if (outcome === 'committed') {
      ports.meter.count(plan.allocation ? 'OrdersConfirmed' : 'OrdersRejected');
      return plan.allocation ? 'confirmed' : 'rejected';
    }
    plan = outcome === 'limit reached' ? { reason: 'LIMIT_REACHED' } : await planAgain(order, ranking, ports);
  }
  throw new RetryLater(
    `stock of ${order.sku} changed during each of ${attempts} attempts; retry order ${order.orderId}`,
  );
}

/**
 * Plans from one snapshot of all shards. Units that arrive from another region may be sold to others before the next
 * one.
 */
async function planAgain(order: Order, ranking: readonly number[], ports: SettlementPorts): Promise<Plan> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const levels = await retryConflicts(() => takeSnapshot(order, ports), ports);
    const allocation = allocate(levels, ranking, order.quantity);
    if (allocation) return { allocation };
    if ((await borrowFor([order], ports)) === 0) return { reason: 'SOLD_OUT' };
  }
  throw new RetryLater(`others took the units of ${attempts} loans; retry order ${order.orderId}`);
}

/** Asks the other regions for the units that orders of one product need. @returns the units that arrived */
export async function borrowFor(orders: readonly Order[], { borrow }: SettlementPorts): Promise<number> {
  const [first] = orders;
  if (!borrow || !first) return 0;
  const wanted = orders.reduce((units, { quantity }) => units + quantity, 0);
  return borrow({ sku: first.sku, shardCount: first.shardCount, wanted });
}

function countDuplicate({ meter }: SettlementPorts): Settlement {
  meter.count('Duplicates');
  return 'already settled';
}

/** All shards of the order's product at one instant. */
export async function takeSnapshot(order: Order, { stock }: SettlementPorts) {
  return (await stock.snapshot(order.sku, order.shardCount)) ?? ('conflict' as const);
}
