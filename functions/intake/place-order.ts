import { hash } from 'node:crypto';
import { v5 as nameBasedUuid, parse as parseUuid } from 'uuid';
import type { AcceptedOrder, PlaceOrderBody } from '../contracts/http.ts';
import { inTraceOf } from '../contracts/order-trace.ts';
import { ProblemError } from '../contracts/problem.ts';
import { isSettled, type Order, placeOrder, totalPrice } from '../domain/order.ts';
import type { Product } from '../domain/product.ts';
import { isRehearsal, rehearsalCustomer } from '../domain/rehearsal.ts';
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

/** Derives the same id from the same customer and key anywhere, without shared state. */
export function deriveOrderId(customer: string, idempotencyKey: string): string {
  // Neither grammar allows a line feed, so two pairs never give the same name.
  return nameBasedUuid(`${customer}\n${idempotencyKey}`, namespace);
}

/**
 * Accepts an order: returns only after the row is stored and the queue has the message. A repeat with the same key gets
 * the same answer. While the order is pending it also sends the message again, since the first attempt may have died in
 * between; settlement ignores duplicates.
 *
 * @throws {ProblemError} UNKNOWN_PRODUCT, PRICE_CHANGED, QUANTITY_ABOVE_LIMIT, or IDEMPOTENCY_KEY_REUSED for a different request
 */
export async function acceptOrder(request: PlaceOrderRequest, ports: PlaceOrderPorts): Promise<AcceptedOrder> {
  const orderId = deriveOrderId(request.customer, request.idempotencyKey);
  const product = await ports.products.find(request.sku);
  const hidden = isRehearsal(request) && request.customer !== rehearsalCustomer;
  if (!product || hidden) throw new ProblemError('UNKNOWN_PRODUCT', `no product has the sku ${request.sku}`);

  const refusal = findRefusal(request, product);
  // A repeat keeps the price and the limit that its first attempt was accepted at.
  if (refusal && !(await ports.orders.find(orderId))) throw refusal;
  const { customer, sku, quantity, traceparent } = request;
  const { unitPrice, currency, shardCount, limitPerCustomer } = product;
  const limit = limitPerCustomer === undefined ? {} : { limitPerCustomer };
  const fresh = placeOrder(
    { orderId, customer, sku, quantity, unitPrice, currency, shardCount, ...limit, traceparent },
    ports.clock.now(),
  );
  const requestHash = hashRequest(request);

  const outcome = await ports.orders.create({ order: fresh, requestHash });
  if (!outcome.created && outcome.existing.requestHash !== requestHash) {
    throw new ProblemError(
      'IDEMPOTENCY_KEY_REUSED',
      `the key ${request.idempotencyKey} created order ${orderId}; use a new key for a different order`,
    );
  }
  const order = outcome.created ? fresh : outcome.existing.order;
  const isOurs = outcome.created || !outcome.elsewhere;
  if (isOurs && !isSettled(order))
    await ports.queue.send({ v: 1, orderId, traceparent: inTraceOf(order, request.traceparent) });
  ports.meter.count(outcome.created ? 'OrdersAccepted' : 'Duplicates');
  return toAcceptedOrder(order);
}

/** Tells a repetition from another request with the same key. */
export function hashRequest({ sku, quantity, expectedPrice }: PlaceOrderBody): string {
  return hash(
    'sha256',
    JSON.stringify([sku, quantity, ...(expectedPrice ? [expectedPrice.unitPrice, expectedPrice.currency] : [])]),
  );
}

/** Why an order cannot be accepted as it is: the customer has to change the request. */
function findRefusal({ sku, quantity, expectedPrice }: PlaceOrderRequest, product: Product): ProblemError | undefined {
  const { unitPrice, currency, limitPerCustomer = Number.POSITIVE_INFINITY } = product;
  if (expectedPrice && (expectedPrice.unitPrice !== unitPrice || expectedPrice.currency !== currency))
    return new ProblemError('PRICE_CHANGED', `the price of ${sku} is now ${unitPrice} ${currency} in minor units`);
  if (quantity <= limitPerCustomer) return undefined;
  return new ProblemError(
    'QUANTITY_ABOVE_LIMIT',
    `one customer may buy at most ${limitPerCustomer} of ${sku}, not ${quantity}`,
  );
}

export function toAcceptedOrder(order: Order): AcceptedOrder {
  const { orderId, sku, quantity, unitPrice, currency, acceptedAt } = order;
  return { orderId, sku, quantity, unitPrice, total: totalPrice(order), currency, acceptedAt };
}
