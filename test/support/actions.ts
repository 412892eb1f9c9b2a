import type { PlaceOrderRequest } from '../../functions/intake/place-order.ts';
import { acceptOrder } from '../../functions/intake/place-order.ts';
import { countEvent } from '../../functions/projection/count-event.ts';
import { settleOrder } from '../../functions/settlement/settle-order.ts';
import { putProduct } from '../../functions/stock/put-product.ts';
import { restock } from '../../functions/stock/restock.ts';
import type { AcceptedRecord } from '../../scripts/sale/check/snapshot.ts';
import { type memorySystem, traceparent } from './memory-system.ts';

export type System = ReturnType<typeof memorySystem>;

export function orderOf(change: Partial<PlaceOrderRequest> = {}): PlaceOrderRequest {
  return { customer: 'ada', idempotencyKey: 'key-00000001', sku: 'lamp', quantity: 1, traceparent, ...change };
}

/** Creates a product with units on `shards` shards (one per 100 orders per second), by default without a limit. */
export async function offer(
  { ports }: System,
  units: number,
  { sku = 'lamp', shards = 4, limit = 0 } = {},
): Promise<void> {
  const body = { name: 'Lamp', unitPrice: 1_999, currency: 'EUR' as const, peakOrdersPerSecond: shards * 100 };
  await putProduct(sku, { ...body, ...(limit > 0 && { limitPerCustomer: limit }) }, undefined, ports);
  if (units > 0) await restock({ sku, key: `first-${sku}`, quantity: units }, ports);
}

export async function place(system: System, change: Partial<PlaceOrderRequest> = {}): Promise<string> {
  return (await accept(system, change)).orderId;
}

/** Places an order, and returns what its client knows. */
export async function accept({ ports }: System, change: Partial<PlaceOrderRequest> = {}): Promise<AcceptedRecord> {
  const request = orderOf(change);
  return { ...(await acceptOrder(request, ports)), customer: request.customer, key: request.idempotencyKey };
}

/** Settles everything in the queue, then counts every event. */
export async function settleAll({ state, ports }: System): Promise<void> {
  for (const request of state.queue.splice(0)) await settleOrder(request.orderId, traceparent, ports);
  for (const event of state.events) await countEvent(event, ports);
}
