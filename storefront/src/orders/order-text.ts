import type { OrderResource } from '../../../functions/contracts/http.ts';
import { isCancellable } from '../../../functions/domain/order-states.ts';
import type { Failure } from '../api/answer.ts';
import { money } from '../lib/format.ts';
import type { Purchase } from './purchases.ts';

/** The state of an order in a sentence. */
export function describeOutcome(order: OrderResource, name: string): string {
  switch (order.state) {
    case 'PENDING':
      return 'Order received. Reserving your items…';
    case 'CONFIRMED':
      return `Confirmed: ${order.quantity} × ${name} for ${money(order.total, order.currency)}.`;
    case 'FULFILLING':
      return `On its way: ${order.quantity} × ${name} for ${money(order.total, order.currency)}.`;
    case 'FULFILLED':
      return `Sent: ${order.quantity} × ${name} for ${money(order.total, order.currency)}.`;
    case 'REJECTED':
      return describeRejection(order, name);
    case 'CANCELLED':
      return `Cancelled: ${order.quantity} × ${name}. You pay nothing.`;
  }
}

/** Why, and what the customer can do. There is no waiting list: cancelled units are on sale again at once. */
function describeRejection({ quantity, reason }: OrderResource, name: string): string {
  if (reason === 'LIMIT_REACHED')
    return `Limit reached: with ${quantity} × ${name} you would have more than one customer may buy. You pay nothing. Order fewer, or cancel another order first.`;
  return `Sold out: fewer than ${quantity} × ${name} were left. You pay nothing. Look again later: cancelled items go back on sale.`;
}

/** Why the order was not cancelled; empty if it was, or if nothing was tried. */
export function describeCancelProblem({ state }: Pick<OrderResource, 'state'>, failure: Failure | undefined): string {
  if (state === 'CANCELLED') return '';
  if (!isCancellable(state)) return 'This order can no longer be cancelled.';
  return failure ? `${failure.text}${failure.again ? ' Please try again.' : ''}` : '';
}

export type Tone = 'calm' | 'busy' | 'good' | 'bad';

/** The text below the Buy button. */
export function describeStatus(purchase: Purchase | undefined, order: OrderResource | undefined): [Tone, string] {
  if (!purchase) return ['calm', 'You pay the price that you see here, or nothing.'];
  const text = purchase.failure?.text ?? '';
  const signedOut = purchase.failure?.code === 'UNAUTHENTICATED';
  switch (purchase.step) {
    case 'sending':
      return ['busy', 'Sending your order…'];
    case 'waiting':
      return ['bad', `${text} Retrying; you will not buy twice.`];
    case 'unanswered':
      return ['bad', signedOut ? text : `${text} Try again; you will not buy twice.`];
    case 'refused':
      return ['bad', text];
    case 'accepted':
      return order ? [toneOf[order.state], describeOutcome(order, purchase.name)] : ['busy', 'Order received.'];
  }
}

const toneOf = {
  PENDING: 'busy',
  CONFIRMED: 'good',
  FULFILLING: 'good',
  FULFILLED: 'good',
  REJECTED: 'bad',
  CANCELLED: 'calm',
} as const;
/** The state in a word or two. */
export function toWord({ state, reason }: Pick<OrderResource, 'state' | 'reason'>): string {
  return reason === 'LIMIT_REACHED' ? 'Limit reached' : stateWords[state];
}

export const stateWords = {
  PENDING: 'Pending',
  CONFIRMED: 'Confirmed',
  FULFILLING: 'On its way',
  FULFILLED: 'Sent',
  REJECTED: 'Sold out',
  CANCELLED: 'Cancelled',
} as const;
