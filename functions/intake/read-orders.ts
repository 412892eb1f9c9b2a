import { decodeCursor, encodeCursor } from '../contracts/cursor.ts';
import * as grammar from '../contracts/grammar.ts';
import type { OrderResource } from '../contracts/http.ts';
import { ProblemError } from '../contracts/problem.ts';
import type { Order } from '../domain/order.ts';
import type { OrderStore } from '../ports/orders.ts';
import { toAcceptedOrder } from './place-order.ts';

/** @throws {ProblemError} NOT_FOUND for a missing order, and equally for another customer's */
export async function findOwnOrder(customer: string, orderId: string, orders: OrderStore): Promise<Order> {
  const order = grammar.orderId.safeParse(orderId).success ? await orders.find(orderId) : undefined;
  if (order?.customer !== customer) throw new ProblemError('NOT_FOUND', 'you have no order with this id');
  return order;
}

/** @throws {ProblemError} INVALID_CURSOR */
export async function listOwnOrders(
  customer: string,
  page: { limit: number; cursor?: string | undefined },
  orders: OrderStore,
): Promise<{ items: OrderResource[]; next?: string }> {
  const found = await orders.listByCustomer(customer, page.limit, parseCursor(page.cursor));
  return {
    items: found.orders.map(toOrderResource),
    ...(found.next && { next: encodeCursor([found.next.acceptedAt, found.next.orderId]) }),
  };
}

export function toOrderResource(order: Order): OrderResource {
  const { state, version, changedAt, reason } = order;
  return { ...toAcceptedOrder(order), state, version, changedAt, ...(reason && { reason }) };
}

function parseCursor(cursor: string | undefined) {
  if (cursor === undefined) return undefined;
  const [acceptedAt, orderId] = decodeCursor(cursor, [grammar.timestamp, grammar.orderId]);
  return { acceptedAt, orderId };
}
