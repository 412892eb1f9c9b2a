import { expect, test } from 'vitest';
import { openStates } from '../../../functions/domain/order.ts';
import { isCancellable, isFinal, orderStates, transitions } from '../../../functions/domain/order-states.ts';

test('ends in three states', () => {
  expect(orderStates.filter(isFinal)).toEqual(['REJECTED', 'FULFILLED', 'CANCELLED']);
  expect(openStates).toEqual(['PENDING', 'CONFIRMED', 'FULFILLING']);
});

test('lets the customer cancel until the partner may hold the order', () => {
  expect(orderStates.filter(isCancellable)).toEqual(['PENDING', 'CONFIRMED']);
});

test('reaches every state but the first by a transition', () => {
  expect(new Set(Object.values(transitions).map(({ to }) => to))).toEqual(new Set(orderStates.slice(1)));
});
