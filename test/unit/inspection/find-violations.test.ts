import { expect, test } from 'vitest';
import { toOrderEvent } from '../../../functions/contracts/order-event.ts';
import { cancelOrder, confirmOrder, type Order, placeOrder } from '../../../functions/domain/order.ts';
import type { Product } from '../../../functions/domain/product.ts';
import { rehearsalCustomer, rehearsalSku } from '../../../functions/domain/rehearsal.ts';
import { findViolations, type Sample } from '../../../functions/inspection/find-violations.ts';
import { type InspectionPorts, inspect } from '../../../functions/inspection/inspect.ts';
import { traceparent } from '../../support/memory-system.ts';

const at = '2026-11-27T09:00:00.000Z';
const later = (ms: number) => new Date(Date.parse(at) + ms).toISOString();
const orderId = '6c1f1c55-6f0b-5f3e-9c7a-000000000001';
const details = { customer: rehearsalCustomer, sku: rehearsalSku, quantity: 2, unitPrice: 0, shardCount: 1 };
const pending = placeOrder({ ...details, orderId, currency: 'EUR' }, at);
const confirmed = confirmOrder(pending, [{ shard: 0, quantity: 2 }], at);
const cancelled = cancelOrder(confirmed, at);
const withEvent = (order: Order) => ({
  order,
  event: order.version === 1 ? undefined : toOrderEvent(order, traceparent),
});

const good: Sample = {
  at: later(1_000),
  orders: [pending, confirmed, cancelled].map(withEvent),
  rehearsal: { supplied: 10, left: [5, 3], orders: [confirmed, cancelled] },
  lateMs: 60_000,
  recentMs: 3_600_000,
};

test('finds nothing in stores that hold what they must', () => {
  expect(findViolations(good)).toEqual([]);
});

test('does not miss the event of an order that is open for longer than events may be kept', () => {
  const days = 86_400_000;
  const orders = [{ order: confirmed, event: undefined }];
  expect(findViolations({ ...good, orders, at: later(30 * days + 1) })).toEqual([]);
  expect(findViolations({ ...good, orders, at: later(30 * days) })).not.toEqual([]);
});

test.each<[string, Partial<Sample>, RegExp]>([
  ['a transition without its event', { orders: [{ order: confirmed, event: undefined }] }, /has no event of that/],
  [
    'an event of another state',
    { orders: [{ order: cancelled, event: toOrderEvent(confirmed, traceparent) }] },
    /says/,
  ],
  ['a first version that is settled', { orders: [withEvent({ ...pending, state: 'REJECTED' })] }, /first version/],
  ['a sale that took too little', { orders: [withEvent({ ...confirmed, quantity: 3 })] }, /took 2 from the stock/],
  ['an order beyond its deadline', { at: later(61_000) }, /PENDING for 61000 ms, must be settled within 60000/],
  ['a counter below zero', { rehearsal: { ...good.rehearsal, left: [9, -1] } }, /holds -1 units/],
  ['a unit that is gone', { rehearsal: { ...good.rehearsal, left: [5, 2] } }, /10 units: 7 are left and 2 are sold/],
  ['a unit sold twice', { rehearsal: { ...good.rehearsal, left: [5, 4] } }, /10 units: 9 are left and 2 are sold/],
])('finds %s', (_, change, expected) => {
  expect(findViolations({ ...good, ...change }).join('\n')).toMatch(expected);
});

test('an order that an operator has known for hours says nothing about the release', () => {
  expect(findViolations({ ...good, at: later(4_000_000) })).toEqual([]);
});

const product: Product = {
  ...{ sku: rehearsalSku, name: 'x', unitPrice: 0, currency: 'EUR' as const, version: 1, shardCount: 1, supplied: 10 },
  changedAt: at,
};

/** Stores with one confirmed order; `left` is the stock in each snapshot. */
function storesWith(left: readonly number[]): InspectionPorts & { readonly samples: () => number } {
  let samples = 0;
  return {
    open: { list: async (bucket) => ({ orders: bucket === 0 ? [{ orderId, acceptedAt: at }] : [] }) },
    orders: { find: async () => confirmed, listByCustomer: async () => ({ orders: [confirmed] }) },
    events: { find: async () => toOrderEvent(confirmed, traceparent) },
    products: { find: async () => product },
    stock: {
      async snapshot() {
        const units = left[Math.min(samples++, left.length - 1)] ?? 0;
        return [{ shard: 0, left: units }];
      },
    },
    clock: { now: () => at },
    sleep: async () => {},
    lateMs: 60_000,
    samples: () => samples,
  };
}

test('takes a violation that is gone in the next sample for a transition', async () => {
  const ports = storesWith([9, 8]);
  await inspect(ports);
  expect(ports.samples()).toBe(2);
});

test('refuses a release after which every sample is wrong', async () => {
  await expect(inspect(storesWith([9]))).rejects.toThrow(/9 are left and 2 are sold/);
});
