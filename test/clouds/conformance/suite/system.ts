import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { toOrderEvent } from '../../../../functions/contracts/order-event.ts';
import { cancelOrder, confirmOrder, type Order, rejectOrder } from '../../../../functions/domain/order.ts';
import type { Allocation } from '../../../../functions/domain/stock.ts';
import type { PlaceOrderRequest } from '../../../../functions/intake/place-order.ts';
import { acceptOrder } from '../../../../functions/intake/place-order.ts';
import { RetryLater } from '../../../../functions/ports/retry-later.ts';
import type { Clock, Meter, Pause } from '../../../../functions/ports/runtime.ts';
import { putProduct } from '../../../../functions/stock/put-product.ts';
import { restock } from '../../../../functions/stock/restock.ts';
import { traceparent } from '../../../support/memory-system.ts';
import type { Backend, CloudPorts } from '../backend.ts';

/** The system over one backend: its adapters, with the suite's clock, meter and pause. */
export interface System {
  readonly backend: Backend;
  readonly ports: CloudPorts & { readonly clock: Clock; readonly meter: Meter; readonly pause: Pause };
}

let tick = Date.parse('2026-11-27T09:00:00.000Z');
const clock: Clock = { now: () => new Date(tick++).toISOString() };
const meter: Meter = { count: () => {} };
const pause: Pause = (ms) => new Promise((resolve) => setTimeout(resolve, Math.random() * ms));

export function systemOn(backend: Backend): System {
  return { backend, ports: { ...backend.ports, clock, meter, pause } };
}

/** Each test uses its own products and customers, so that none needs to clean up. */
export const freshSku = () => `lamp-${randomUUID().slice(0, 8)}`;
export const freshCustomer = () => `customer-${randomUUID().slice(0, 8)}`;

/** Creates a product with `units` on `shards` shards, without a limit per customer by default; returns its sku. */
export async function offer(
  { ports }: System,
  units: number,
  { shards = 1, sku = freshSku(), limit = 0 } = {},
): Promise<string> {
  const body = { name: 'Lamp', unitPrice: 1_999, currency: 'EUR' as const, peakOrdersPerSecond: shards * 100 };
  await putProduct(sku, { ...body, ...(limit > 0 && { limitPerCustomer: limit }) }, undefined, ports);
  if (units > 0) await restock({ sku, key: `first-for-${sku}`, quantity: units }, ports);
  return sku;
}

/** Places an order; its message waits in the queue. */
export async function place({ ports }: System, sku: string, change: Partial<PlaceOrderRequest> = {}): Promise<Order> {
  const request = { customer: freshCustomer(), idempotencyKey: `key-${randomUUID()}`, quantity: 1, traceparent };
  const { orderId } = await acceptOrder({ ...request, sku, ...change }, ports);
  return found(await ports.orders.find(orderId));
}

export const now = () => clock.now();
export const confirm = (system: System, before: Order, allocation: Allocation) =>
  commit(system, before, confirmOrder(before, allocation, now()));
export const reject = (system: System, before: Order) => commit(system, before, rejectOrder(before, now()));
export const cancel = (system: System, before: Order) => commit(system, before, cancelOrder(before, now()));

export function commit({ ports }: System, before: Order, after: Order) {
  return ports.ledger.commit({ before, after, event: toOrderEvent(after, traceparent) });
}

export async function unitsLeft({ ports }: System, sku: string, shards: number): Promise<number> {
  const levels = await retryUntilFound(() => ports.stock.snapshot(sku, shards));
  return levels.reduce((sum, level) => sum + level.left, 0);
}

/** Retries until there is a result: overlapping writes may prevent a snapshot. */
async function retryUntilFound<Result>(attempt: () => Promise<Result | undefined>): Promise<Result> {
  for (let tries = 0; tries < 20; tries++) {
    const result = await attempt();
    if (result !== undefined) return result;
  }
  throw new Error('no result in 20 attempts');
}

/** Repeats the work on RetryLater, as a queue would. */
export async function repeated<Result>(work: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof RetryLater)) throw error;
    }
  }
}

export function found<Thing>(thing: Thing | undefined): Thing {
  expect(thing).toBeDefined();
  return thing as Thing;
}

/** Removes the messages that other tests left in the order queue. */
export async function emptyQueue({ backend }: System): Promise<void> {
  await backend.deliver(async () => {});
}
