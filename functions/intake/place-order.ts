import { hash } from 'node:crypto';
import { v5 as nameBasedUuid, parse as parseUuid } from 'uuid';
import type { AcceptedOrder, PlaceOrderBody } from '../contracts/http.ts';
import { ProblemError } from '../contracts/problem.ts';
import { isSettled, type Order, placeOrder, totalPrice } from '../domain/order.ts';
import type { OrderQueue } from '../ports/messaging.ts';
import type { OrderStore } from '../ports/orders.ts';
import type { ProductReader } from '../ports/products.ts';
import type { Clock, Meter } from '../ports/runtime.ts';

const namespace = parseUuid('6c1f1c55-6f0b-4f3e-9c7a-8d6a2f4c1b9e');

export interface PlaceOrderRequest extends PlaceOrderBody {
  readonly customer: string;
  readonly idempotencyKey: string;
  readonly traceparent: string;
}

export interface PlaceOrderPorts {
  readonly orders: OrderStore;
  readonly products: ProductReader;
  readonly queue: OrderQueue;
  readonly clock: Clock;
  readonly meter: Meter;
}

/** The same customer and key give the same order anywhere, with no shared state. */
export function orderIdOf(customer: string, idempotencyKey: string): string {
  // Neither grammar has a line feed, so no two pairs join to the same name.
  return nameBasedUuid(`${customer}\n${idempotencyKey}`, namespace);
}

/**
 * Accepts an order: it returns only when the row stands and the queue has the message. A repetition with the same key
 * gets the same answer, and sends the message again while the order is pending: the first attempt may have died
 * between the row and the queue, and settlement does not mind.
 *
 * @throws {ProblemError} UNKNOWN_PRODUCT, or IDEMPOTENCY_KEY_REUSED for another request
 */
export async function acceptOrder(request: PlaceOrderRequest, ports: PlaceOrderPorts): Promise<AcceptedOrder> {
  const orderId = orderIdOf(request.customer, request.idempotencyKey);
  const product = await ports.products.find(request.sku);
  if (!product) throw new ProblemError('UNKNOWN_PRODUCT', `no product has the sku ${request.sku}`);

  const { customer, sku, quantity } = request;
  const { unitPrice, currency, shardCount } = product;
  const fresh = placeOrder({ orderId, customer, sku, quantity, unitPrice, currency, shardCount }, ports.clock.now());
  const requestHash = hash('sha256', JSON.stringify([sku, quantity]));

  const outcome = await ports.orders.create({ order: fresh, requestHash });
  if (!outcome.created && outcome.existing.requestHash !== requestHash) {
    throw new ProblemError('IDEMPOTENCY_KEY_REUSED', `the key ${request.idempotencyKey} made order ${orderId}`);
  }
  const order = outcome.created ? fresh : outcome.existing.order;
  if (!isSettled(order)) await ports.queue.send({ v: 1, orderId, traceparent: request.traceparent });
  ports.meter.count(outcome.created ? 'OrdersAccepted' : 'Duplicates');
  return acceptedOrderOf(order);
}

export function acceptedOrderOf(order: Order): AcceptedOrder {
  const { orderId, sku, quantity, unitPrice, currency, acceptedAt } = order;
  return { orderId, sku, quantity, unitPrice, total: totalPrice(order), currency, acceptedAt };
}
