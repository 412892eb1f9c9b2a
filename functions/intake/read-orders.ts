import { decodeCursor, encodeCursor } from '../contracts/cursor.ts';
import * as grammar from '../contracts/grammar.ts';
import type { OrderResource } from '../contracts/http.ts';
import { ProblemError } from '../contracts/problem.ts';
import { UnreadableRowError } from '../contracts/readable-rows.ts';
import type { Order } from '../domain/order.ts';
import type { OrderStore } from '../ports/orders.ts';
import { toAcceptedOrder } from './place-order.ts';

/** @throws {ProblemError} NOT_FOUND for a missing order, and equally for another customer's; UNREADABLE_ROW */
export async function findOwnOrder(customer: string, orderId: string, orders: OrderStore): Promise<Order> {
  try {
    const order = grammar.orderId.safeParse(orderId).success ? await orders.find(orderId) : undefined;
    if (order?.customer === customer) return order;
  } catch (error) {
    // The answer must not reveal that another customer's order exists.
    if (!(error instanceof UnreadableRowError) || ownerOf(error.stored) === customer) throw error;
  }
  throw new ProblemError('NOT_FOUND', 'you have no order with this id');
}

/** The customer of an order, stored as its own row or within another one. */
function ownerOf(stored: unknown): unknown {
  const { customer, order } = Object(stored) as { customer?: unknown; order?: { customer?: unknown } };
  return customer ?? order?.customer;
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
