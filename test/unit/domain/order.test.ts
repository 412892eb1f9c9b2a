import { expect, test } from 'vitest';
import {
  beginFulfilment,
  cancelOrder,
  cancelRefused,
  confirmOrder,
  fulfilOrder,
  IllegalTransition,
  isSold,
  placeOrder,
  rejectOrder,
  stockMove,
  totalPrice,
} from '../../../functions/domain/order.ts';

const at = '2026-11-27T09:00:00.000Z';
const later = '2026-11-27T09:00:01.000Z';
const allocation = [{ shard: 1, quantity: 2 }];
const pending = placeOrder(
  {
    orderId: '6c1f1c55-6f0b-5f3e-9c7a-8d6a2f4c1b9e',
    customer: 'ada',
    sku: 'lamp',
    quantity: 2,
    unitPrice: 1_999,
    currency: 'EUR',
    shardCount: 4,
  },
  at,
);
const confirmed = confirmOrder(pending, allocation, later);

test('starts pending, at version 1, with nothing reserved', () => {
  expect(pending).toMatchObject({ state: 'PENDING', version: 1, allocation: [], acceptedAt: at });
});

test('increments the version with each transition and keeps the other fields', () => {
  expect(confirmed).toEqual({ ...pending, state: 'CONFIRMED', version: 2, allocation, changedAt: later });
  expect(cancelOrder(confirmed, later).version).toBe(3);
});

test('moves stock out when confirmed, back when cancelled, and not at all otherwise', () => {
  expect(stockMove(pending, confirmed)).toEqual({ take: allocation, give: [] });
  expect(stockMove(confirmed, cancelOrder(confirmed, later))).toEqual({ take: [], give: allocation });
  expect(stockMove(pending, cancelOrder(pending, later))).toEqual({ take: [], give: [] });
  expect(stockMove(pending, rejectOrder(pending, later))).toEqual({ take: [], give: [] });
});

test('keeps the units of a handed-over order, and frees those of a rejected one', () => {
  const handed = beginFulfilment(confirmed, later);
  expect(stockMove(confirmed, handed)).toEqual({ take: [], give: [] });
  expect(stockMove(handed, fulfilOrder(handed, later))).toEqual({ take: [], give: [] });
  expect(stockMove(handed, cancelRefused(handed, later))).toEqual({ take: [], give: allocation });
  expect([confirmed, handed, fulfilOrder(handed, later)].map(isSold)).toEqual([true, true, true]);
  expect([pending, rejected, cancelRefused(handed, later)].map(isSold)).toEqual([false, false, false]);
});

const rejected = rejectOrder(pending, later);
const cancelled = cancelOrder(confirmed, later);
test.each([
  ['confirm', 'CONFIRMED', () => confirmOrder(confirmed, allocation, later)],
  ['confirm', 'REJECTED', () => confirmOrder(rejected, allocation, later)],
  ['confirm', 'CANCELLED', () => confirmOrder(cancelled, allocation, later)],
  ['reject', 'CONFIRMED', () => rejectOrder(confirmed, later)],
  ['cancel', 'REJECTED', () => cancelOrder(rejected, later)],
  ['cancel', 'FULFILLING', () => cancelOrder(beginFulfilment(confirmed, later), later)],
  ['cancel', 'FULFILLED', () => cancelOrder(fulfilOrder(beginFulfilment(confirmed, later), later), later)],
  ['hand over', 'CANCELLED', () => beginFulfilment(cancelled, later)],
  ['fulfil', 'CONFIRMED', () => fulfilOrder(confirmed, later)],
  ['cancel', 'CANCELLED', () => cancelOrder(cancelled, later)],
])('throws on an attempt to %s an order that is %s', (_, __, transition) => {
  expect(transition).toThrow(IllegalTransition);
});

test('multiplies price and quantity in minor units', () => {
  expect(totalPrice(pending)).toBe(3_998);
});
