import type { Currency } from './product.ts';
import type { Allocation } from './stock.ts';

/**
 * The states of an order and the only ways between them:
 *
 *     PENDING ──► CONFIRMED ──► FULFILLING ──► FULFILLED
 *        │            │             └────────► CANCELLED, refused by the partner
 *        │            └──────────────────────► CANCELLED, by the customer
 *        ├──────► REJECTED
 *        └──────► CANCELLED
 *
 * FULFILLING is where handing over and cancelling exclude each other: from there on the partner may hold the order.
 */
export const orderStates = ['PENDING', 'CONFIRMED', 'REJECTED', 'FULFILLING', 'FULFILLED', 'CANCELLED'] as const;
export type OrderState = (typeof orderStates)[number];

export interface Order {
  readonly orderId: string;
  readonly customer: string;
  readonly sku: string;
  readonly quantity: number;
  /** Minor units (cents) of `currency`, read from the catalog when the order was accepted. */
  readonly unitPrice: number;
  readonly currency: Currency;
  /** Shards of the product's stock when the order was accepted. */
  readonly shardCount: number;
  readonly state: OrderState;
  /** 1 when accepted; each transition adds 1. The event of a transition carries the version that it led to. */
  readonly version: number;
  /** Where the units were taken from; empty for an order that was never CONFIRMED. */
  readonly allocation: Allocation;
  /** ISO 8601 UTC. */
  readonly acceptedAt: string;
  /** ISO 8601 UTC of the last transition. */
  readonly changedAt: string;
}

export interface NewOrder
  extends Pick<Order, 'orderId' | 'customer' | 'sku' | 'quantity' | 'unitPrice' | 'currency' | 'shardCount'> {}

export function placeOrder(request: NewOrder, at: string): Order {
  return { ...request, state: 'PENDING', version: 1, allocation: [], acceptedAt: at, changedAt: at };
}

/** @throws {IllegalTransition} unless the order is PENDING. */
export function confirmOrder(order: Order, allocation: Allocation, at: string): Order {
  return { ...move(order, ['PENDING'], 'CONFIRMED', at), allocation };
}

/** @throws {IllegalTransition} unless the order is PENDING. */
export function rejectOrder(order: Order, at: string): Order {
  return move(order, ['PENDING'], 'REJECTED', at);
}

/** Keeps the allocation: it says what goes back. @throws {IllegalTransition} from REJECTED or CANCELLED. */
export function cancelOrder(order: Order, at: string): Order {
  return move(order, ['PENDING', 'CONFIRMED'], 'CANCELLED', at);
}

/** The partner is about to be asked. @throws {IllegalTransition} unless the order is CONFIRMED. */
export function beginFulfilment(order: Order, at: string): Order {
  return move(order, ['CONFIRMED'], 'FULFILLING', at);
}

/** The partner took the order. @throws {IllegalTransition} unless it was asked. */
export function fulfilOrder(order: Order, at: string): Order {
  return move(order, ['FULFILLING'], 'FULFILLED', at);
}

/** The partner refused the order, so its units are free again. @throws {IllegalTransition} unless it was asked. */
export function cancelRefused(order: Order, at: string): Order {
  return move(order, ['FULFILLING'], 'CANCELLED', at);
}

/** What a transition moves: units leave the shards when an order is confirmed and return when it is cancelled. */
export function stockMove(before: Order, after: Order): { take: Allocation; give: Allocation } {
  if (after.state === 'CONFIRMED') return { take: after.allocation, give: [] };
  if (after.state === 'CANCELLED') return { take: [], give: before.allocation };
  return { take: [], give: [] };
}

export function isSettled(order: Order): boolean {
  return order.state !== 'PENDING';
}

/** The states that somebody still has to lead on from. */
export const openStates: readonly OrderState[] = ['PENDING', 'CONFIRMED', 'FULFILLING'];

export function isOpen({ state }: Pick<Order, 'state'>): boolean {
  return openStates.includes(state);
}

/** Its units are sold, and not given back. */
export function isSold({ state }: Pick<Order, 'state'>): boolean {
  return state === 'CONFIRMED' || state === 'FULFILLING' || state === 'FULFILLED';
}

export function totalPrice(order: Pick<Order, 'quantity' | 'unitPrice'>): number {
  return order.quantity * order.unitPrice;
}

/** A transition that the states do not have: a bug of the caller, never the result of a race. */
export class IllegalTransition extends Error {
  override readonly name = 'IllegalTransition';
}

function move(order: Order, from: readonly OrderState[], to: OrderState, at: string): Order {
  if (!from.includes(order.state)) {
    throw new IllegalTransition(
      `order ${order.orderId} is ${order.state}; ${to} is reached only from ${from.join(', ')}`,
    );
  }
  return { ...order, state: to, version: order.version + 1, changedAt: at };
}
