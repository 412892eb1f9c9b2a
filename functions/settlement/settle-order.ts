import { eventOf } from '../contracts/order-event.ts';
import { confirmOrder, isSettled, type Order, rejectOrder } from '../domain/order.ts';
import { rankShards } from '../domain/sharding.ts';
import { type Allocation, allocate } from '../domain/stock.ts';
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
  readonly clock: Clock;
  readonly meter: Meter;
  readonly pause: Pause;
}

export type Settlement = 'confirmed' | 'rejected' | 'already settled' | 'unknown order';

// Each probe after the first acts on a fresh snapshot, so it fails only if others took the units in between.
const attempts = 6;

/**
 * Settles one order, once, however often it is called: PENDING -> CONFIRMED with its stock, or PENDING -> REJECTED when
 * all shards together could not serve it at one instant. The first probe is blind, on the order's own shard, since
 * while there is stock it nearly always succeeds.
 *
 * @throws {RetryLater} when nothing was decided: the queue delivers the message again
 */
export async function settleOrder(orderId: string, traceparent: string, ports: SettlementPorts): Promise<Settlement> {
  return settleFound(await ports.orders.find(orderId), traceparent, ports);
}

/** The same with an order that was read just now. */
export async function settleFound(
  order: Order | undefined,
  traceparent: string,
  ports: SettlementPorts,
): Promise<Settlement> {
  if (!order) return 'unknown order';
  if (isSettled(order)) return already(ports);

  const ranking = rankShards(order.orderId, order.shardCount);
  let allocation: Allocation | undefined = [{ shard: ranking[0] ?? 0, quantity: order.quantity }];
  for (let attempt = 0; attempt < attempts; attempt++) {
    const after: Order = allocation
      ? confirmOrder(order, allocation, ports.clock.now())
      : rejectOrder(order, ports.clock.now());
    const event = eventOf(after, traceparent);
    ports.meter.count('ShardProbes');
    const outcome = await retryConflicts(() => ports.ledger.commit({ before: order, after, event }), ports);
    if (outcome === 'stale') return already(ports);
    if (outcome === 'committed') {
      ports.meter.count(allocation ? 'OrdersConfirmed' : 'OrdersRejected');
      return allocation ? 'confirmed' : 'rejected';
    }
    const levels = await retryConflicts(() => snapshot(order, ports), ports);
    allocation = allocate(levels, ranking, order.quantity);
  }
  throw new RetryLater(`the stock of ${order.sku} moved under each of ${attempts} attempts`);
}

function already({ meter }: SettlementPorts): Settlement {
  meter.count('Duplicates');
  return 'already settled';
}

async function snapshot(order: Order, { stock }: SettlementPorts) {
  return (await stock.snapshot(order.sku, order.shardCount)) ?? ('conflict' as const);
}
