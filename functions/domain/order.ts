import { isFinal, type OrderState, orderStates, type Transition, transitions } from './order-states.ts';
import type { Currency } from './product.ts';
import type { Allocation } from './stock.ts';

export { type OrderState, orderStates } from './order-states.ts';

/** Why an order was rejected. Orders of earlier versions have no reason: they were sold out. */
export const rejectReasons = ['SOLD_OUT', 'LIMIT_REACHED'] as const;
export type RejectReason = (typeof rejectReasons)[number];

export interface Order {
  readonly orderId: string;
  readonly customer: string;
  readonly sku: string;
  readonly quantity: number;
  /** Minor units (cents) of `currency`, from the catalog when the order was accepted. */
  readonly unitPrice: number;
  readonly currency: Currency;
  /** Shards of the product's stock when the order was accepted. */
  readonly shardCount: number;
  /** The product's limit when the order was accepted; undefined if it had none. */
  readonly limitPerCustomer?: number | undefined;
  readonly state: OrderState;
  /** 1 when accepted; each transition adds 1. A transition's event carries the new version. */
  readonly version: number;
  /** Shards the units were taken from; empty for an order that was never CONFIRMED. */
  readonly allocation: Allocation;
  /** Set by the confirmation that added the units to the customer's holding. */
  readonly held?: true | undefined;
  /** Set by the rejection. */
  readonly reason?: RejectReason | undefined;
  /** ISO 8601 UTC. */
  readonly acceptedAt: string;
  /** ISO 8601 UTC of the last transition. */
  readonly changedAt: string;
  /** W3C trace context of the request that created the order; undefined in orders of earlier versions. */
  readonly traceparent?: string | undefined;
}

export interface NewOrder
  extends Pick<
    Order,
    | 'orderId'
    | 'customer'
    | 'sku'
    | 'quantity'
    | 'unitPrice'
    | 'currency'
    | 'shardCount'
    | 'limitPerCustomer'
    | 'traceparent'
  > {}

export function placeOrder(request: NewOrder, at: string): Order {
  return { ...request, state: 'PENDING', version: 1, allocation: [], acceptedAt: at, changedAt: at };
}

/** @throws {IllegalTransition} unless the order is PENDING. */
export function confirmOrder(order: Order, allocation: Allocation, at: string): Order {
  const held = isLimited(order) ? { held: true as const } : {};
  return { ...move(order, transitions.confirm, at), allocation, ...held };
}

/** @throws {IllegalTransition} unless the order is PENDING. */
export function rejectOrder(order: Order, at: string, reason: RejectReason = 'SOLD_OUT'): Order {
  return { ...move(order, transitions.reject, at), reason };
}

/** Keeps the allocation, which says what to return. @throws {IllegalTransition} unless PENDING or CONFIRMED. */
export function cancelOrder(order: Order, at: string): Order {
  return move(order, transitions.cancel, at);
}

/** Call before asking the partner. @throws {IllegalTransition} unless the order is CONFIRMED. */
export function beginFulfilment(order: Order, at: string): Order {
  return move(order, transitions.beginFulfilment, at);
}

/** The partner accepted the order. @throws {IllegalTransition} unless the order is FULFILLING. */
export function fulfilOrder(order: Order, at: string): Order {
  return move(order, transitions.fulfil, at);
}

/** The partner rejected the order, so its units are free again. @throws {IllegalTransition} unless FULFILLING. */
export function cancelRefused(order: Order, at: string): Order {
  return move(order, transitions.refuse, at);
}

/** Units leave the shards when an order is confirmed, and return when it is cancelled. */
export function stockMove(before: Order, after: Order): { take: Allocation; give: Allocation } {
  if (after.state === 'CONFIRMED') return { take: after.allocation, give: [] };
  if (after.state === 'CANCELLED') return { take: [], give: before.allocation };
  return { take: [], give: [] };
}

/** Units that the customer's holding gains. Orders confirmed by a version without holdings were never added. */
export function holdingMove(before: Order, after: Order): number {
  if (after.state === 'CONFIRMED') return after.held ? after.quantity : 0;
  return after.state === 'CANCELLED' && before.held ? -before.quantity : 0;
}

export function isLimited({ limitPerCustomer }: Pick<Order, 'limitPerCustomer'>): boolean {
  return limitPerCustomer !== undefined;
}

export function isSettled(order: Order): boolean {
  return order.state !== 'PENDING';
}

/** States that are not final. */
export const openStates: readonly OrderState[] = orderStates.filter((state) => !isFinal(state));

export function isOpen({ state }: Pick<Order, 'state'>): boolean {
  return !isFinal(state);
}

/** Whether the order's units are sold and not returned. */
export function isSold({ state }: Pick<Order, 'state'>): boolean {
  return state === 'CONFIRMED' || state === 'FULFILLING' || state === 'FULFILLED';
}

export function totalPrice(order: Pick<Order, 'quantity' | 'unitPrice'>): number {
  return order.quantity * order.unitPrice;
}

/** A transition that does not exist: a bug in the caller, never the result of a race. */
export class IllegalTransition extends Error {
  override readonly name = 'IllegalTransition';
}

function move(order: Order, { from, to }: Transition, at: string): Order {
  if (!from.includes(order.state)) {
    throw new IllegalTransition(
      `order ${order.orderId} is ${order.state}; it can become ${to} only from ${from.join(' or ')}`,
    );
  }
  return { ...order, state: to, version: order.version + 1, changedAt: at };
}
