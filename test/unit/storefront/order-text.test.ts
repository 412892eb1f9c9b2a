import { describe, expect, it } from 'vitest';
import { isCancellable, orderStates } from '../../../functions/domain/order-states.ts';
import { failed } from '../../../storefront/src/api/answer.ts';
import {
  describeCancelProblem,
  describeOutcome,
  describeStatus,
  stateWords,
  toWord,
} from '../../../storefront/src/orders/order-text.ts';
import { chooseBuyLabel } from '../../../storefront/src/products/buy-label.ts';
import { describeLimit, toQuantities } from '../../../storefront/src/products/quantities.ts';

const order = {
  orderId: 'o1',
  sku: 'mug',
  quantity: 2,
  expectedPrice: undefined,
  unitPrice: 100,
  total: 200,
  currency: 'EUR',
  acceptedAt: '',
  version: 1,
  changedAt: '',
} as const;
const purchase = {
  key: 'k',
  customer: 'ada',
  sku: 'mug',
  name: 'Mug',
  quantity: 2,
  expectedPrice: undefined,
  step: 'accepted',
} as const;

describe('an order', () => {
  it.each(orderStates)('has a word, a sentence and a tone when it is %s', (state) => {
    expect(stateWords[state]).toMatch(/^[A-Z]/);
    expect(describeOutcome({ ...order, state }, 'Mug')).toMatch(/[.…]$/);
    const [tone, text] = describeStatus(purchase, { ...order, state });
    expect(tone).toMatch(/^(calm|busy|good|bad)$/);
    expect(text).toBe(describeOutcome({ ...order, state }, 'Mug'));
  });

  it('has a different word and sentence in each state', () => {
    expect(new Set(Object.values(stateWords)).size).toBe(orderStates.length);
    expect(new Set(orderStates.map((state) => describeOutcome({ ...order, state }, 'Mug'))).size).toBe(6);
  });
});

describe('a rejected order', () => {
  it('says why, and what the customer can do', () => {
    const soldOut = { ...order, state: 'REJECTED' as const };
    const limited = { ...soldOut, reason: 'LIMIT_REACHED' as const };
    expect(describeOutcome(soldOut, 'Mug')).toMatch(
      /^Sold out: .*Look again later: cancelled items go back on sale\.$/,
    );
    expect(describeOutcome({ ...soldOut, reason: 'SOLD_OUT' }, 'Mug')).toBe(describeOutcome(soldOut, 'Mug'));
    expect(describeOutcome(limited, 'Mug')).toMatch(/^Limit reached: .*Order fewer, or cancel another order first\.$/);
    expect([toWord(soldOut), toWord(limited)]).toEqual(['Sold out', 'Limit reached']);
  });
});

describe('a product', () => {
  it('offers no more than its limit per customer, and names it', () => {
    expect(toQuantities({ limitPerCustomer: 2 })).toEqual([1, 2]);
    expect(toQuantities({ limitPerCustomer: 500 })).toHaveLength(10);
    expect(toQuantities({})).toHaveLength(10);
    expect(describeLimit({ limitPerCustomer: 2 })).toBe('at most 2 per customer');
    expect(describeLimit({})).toBe('');
  });
});

describe('a cancel', () => {
  const refused = failed('ORDER_NOT_CANCELLABLE').failure;
  const lost = failed('UNREACHABLE').failure;

  it.each(orderStates)('says whether it is too late when the order is %s', (state) => {
    const tooLate = state !== 'CANCELLED' && !isCancellable(state);
    const expected = tooLate ? 'This order can no longer be cancelled.' : '';
    expect(describeCancelProblem({ state }, undefined)).toBe(expected);
    if (tooLate) expect(describeCancelProblem({ state }, refused)).toBe(expected);
  });

  it('can be tried again after no answer, unless the order is cancelled by now', () => {
    expect(describeCancelProblem({ state: 'CONFIRMED' }, lost)).toBe('The shop cannot be reached. Please try again.');
    expect(describeCancelProblem({ state: 'CANCELLED' }, lost)).toBe('');
  });

  it('says that it was refused, even before the new state is known', () => {
    expect(describeCancelProblem({ state: 'CONFIRMED' }, refused)).toBe('This order can no longer be cancelled.');
  });
});

describe('the Buy button', () => {
  const situation = { signedIn: true, ready: true, stock: { left: 3 }, purchase: undefined, order: undefined };

  it.each([
    ['invites to sign in', { signedIn: false }, 'Sign in to buy', true],
    ['waits for the configuration', { signedIn: false, ready: false }, 'Sign in to buy', false],
    ['does not invite to sign in for what is sold out', { signedIn: false, stock: { left: 0 } }, 'Sold out', false],
    ['invites to sign in while the stock is unknown', { signedIn: false, stock: undefined }, 'Sign in to buy', true],
    ['buys', {}, 'Buy', true],
    ['does not buy what is sold out', { stock: { left: 0 } }, 'Sold out', false],
    [
      'repeats an order without an answer, even if sold out',
      { stock: { left: 0 }, purchase: { step: 'waiting' } },
      'Try again',
      true,
    ],
    ['waits for the answer', { purchase: { step: 'sending' } }, 'Buying…', false],
    ['waits for a pending order', { purchase: { step: 'accepted' }, order: { state: 'PENDING' } }, 'Buying…', false],
    ['buys again', { purchase: { step: 'accepted' }, order: { state: 'FULFILLED' } }, 'Buy', true],
  ] as const)('%s', (_what, more, label, enabled) => {
    expect(chooseBuyLabel({ ...situation, ...more })).toEqual([label, enabled]);
  });
});
