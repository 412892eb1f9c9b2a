import type { OrderResource } from '../../../functions/contracts/http.ts';
import type { Purchase } from '../orders/purchases.ts';

export interface BuySituation {
  readonly signedIn: boolean;
  /** Whether signing in is possible. */
  readonly ready: boolean;
  readonly stock: { readonly left: number } | undefined;
  readonly purchase: Pick<Purchase, 'step'> | undefined;
  readonly order: Pick<OrderResource, 'state'> | undefined;
}

export function chooseBuyLabel({ signedIn, ready, stock, purchase, order }: BuySituation): [string, enabled: boolean] {
  const soldOut = stock?.left === 0;
  if (!signedIn) return soldOut ? ['Sold out', false] : ['Sign in to buy', ready];
  if (purchase?.step === 'waiting' || purchase?.step === 'unanswered') return ['Try again', true];
  if (purchase?.step === 'sending') return ['Buying…', false];
  if (purchase?.step === 'accepted' && (!order || order.state === 'PENDING')) return ['Buying…', false];
  return soldOut ? ['Sold out', false] : ['Buy', true];
}
