// Imports nothing, because the storefront runs it, too.

/**
 * The states of an order and their only transitions:
 *
 *     PENDING ──► CONFIRMED ──► FULFILLING ──► FULFILLED
 *        │            │             └────────► CANCELLED, rejected by the partner
 *        │            └──────────────────────► CANCELLED, by the customer
 *        ├──────► REJECTED
 *        └──────► CANCELLED
 *
 * From FULFILLING on the partner may hold the order, so the customer can no longer cancel it.
 */
export const orderStates = ['PENDING', 'CONFIRMED', 'REJECTED', 'FULFILLING', 'FULFILLED', 'CANCELLED'] as const;
export type OrderState = (typeof orderStates)[number];

export interface Transition {
  readonly from: readonly OrderState[];
  readonly to: OrderState;
}

export const transitions = {
  confirm: { from: ['PENDING'], to: 'CONFIRMED' },
  reject: { from: ['PENDING'], to: 'REJECTED' },
  /** By the customer. */
  cancel: { from: ['PENDING', 'CONFIRMED'], to: 'CANCELLED' },
  beginFulfilment: { from: ['CONFIRMED'], to: 'FULFILLING' },
  fulfil: { from: ['FULFILLING'], to: 'FULFILLED' },
  /** By the partner. */
  refuse: { from: ['FULFILLING'], to: 'CANCELLED' },
} as const satisfies Readonly<Record<string, Transition>>;

/** Whether no transition leads out of the state. */
export function isFinal(state: OrderState): boolean {
  return Object.values<Transition>(transitions).every(({ from }) => !from.includes(state));
}

/** Whether the customer may cancel an order in this state. */
export function isCancellable(state: OrderState): boolean {
  return (transitions.cancel.from as readonly OrderState[]).includes(state);
}
