import { expect, test } from 'vitest';
import { leases } from '../../../functions/adapters/memory/lease.ts';
import { fulfilmentQueue } from '../../../functions/adapters/memory/messaging.ts';
import { parseOrder } from '../../../functions/contracts/rows.ts';
import { openBuckets, toOpenBucket } from '../../../functions/domain/open-order.ts';
import { type Order, type OrderState, placeOrder } from '../../../functions/domain/order.ts';
import type { Lease, LeaseStore } from '../../../functions/ports/lease.ts';
import { RetryLater } from '../../../functions/ports/retry-later.ts';
import { type SweepPorts, sweepStep } from '../../../functions/sweeper/sweep-orders.ts';
import { memorySystem, traceparent } from '../../support/memory-system.ts';

const minute = 60_000;
const start = Date.parse('2026-11-27T09:00:00.000Z');
const idOf = (index: number) => `6c1f1c55-6f0b-5f3e-9c7a-${index.toString(16).padStart(12, '0')}`;

function orderOf(index: number, state: OrderState): Order {
  const item = { sku: 'lamp', quantity: 1, unitPrice: 1, currency: 'EUR' as const, shardCount: 1 };
  return { ...placeOrder({ ...item, orderId: idOf(index), customer: 'ada' }, new Date(start).toISOString()), state };
}

async function takeLease(store: LeaseStore, nowMs: number): Promise<Lease> {
  const taken = await store.take('sweeper', 'one', nowMs, minute);
  if (!taken) throw new Error('another holder has the lease');
  return taken;
}

function sweeper(change: Partial<SweepPorts> = {}) {
  const system = memorySystem();
  const { store, notes } = leases();
  const swept: Order[] = [];
  let now = start;
  const ports: SweepPorts = {
    ...system.ports,
    fulfilments: fulfilmentQueue(system.state),
    notes,
    clock: { now: () => new Date(now).toISOString() },
    continueTrace: (parent) => parent ?? traceparent,
    onSwept: (order) => swept.push(order),
    stuckMs: 10 * minute,
    cancellableMs: 5 * minute,
    ...change,
  };

  function add(index: number, state: OrderState = 'PENDING'): string {
    const order = orderOf(index, state);
    system.state.orders.set(order.orderId, { order, requestHash: '' });
    return order.orderId;
  }

  const lease = () => takeLease(store, now);

  /** Runs all steps of a sweep at a given time; returns their number. */
  async function sweepAt(atMs: number): Promise<number> {
    now = start + atMs;
    const own = await lease();
    let steps = 1;
    while (await sweepStep(own, ports)) steps++;
    await store.release(own);
    return steps;
  }

  const progress = async () => JSON.parse((await notes.read('sweeper')) ?? 'null');
  return { ...system, ports, notes, store, swept, add, sweepAt, lease, progress };
}

test('re-enqueues orders that were not settled or not fulfilled', async () => {
  const { state, add, sweepAt, swept, count } = sweeper();
  const pending = add(1);
  const confirmed = add(2, 'CONFIRMED');
  const fulfilling = add(3, 'FULFILLING');
  await sweepAt(20 * minute);
  expect(state.queue).toEqual([{ v: 1, orderId: pending, traceparent }]);
  const asked = state.fulfilments.map(({ request, delayMs }) => [request.order.orderId, delayMs]).toSorted();
  expect(asked).toEqual([
    [confirmed, 0],
    [fulfilling, 0],
  ]);
  expect([swept.length, count('OrdersSwept')]).toEqual([3, 3]);
});

test.each(['REJECTED', 'FULFILLED', 'CANCELLED'] as const)(
  'ignores a listed order that is %s or was never stored',
  async (end) => {
    const positions = [1, 2].map((index) => ({ acceptedAt: new Date(start).toISOString(), orderId: idOf(index) }));
    // As listed by an outdated index.
    const { state, add, sweepAt } = sweeper({ open: { list: async () => ({ orders: positions }) } });
    add(1, end);
    await sweepAt(20 * minute);
    expect([state.queue, state.fulfilments]).toEqual([[], []]);
  },
);

test('re-enqueues after the stuck time, then after two and four times that, however often it sweeps', async () => {
  const { add, sweepAt, swept } = sweeper();
  add(1);
  const asked: number[] = [];
  for (let now = 1; now <= 50; now++) {
    await sweepAt(now * minute);
    asked.push(...swept.splice(0).map(() => now));
  }
  expect(asked).toEqual([10, 20, 40]);
});

test('counts from the last transition, plus the time in which a confirmed order may be cancelled', async () => {
  const { add, state, sweepAt, swept } = sweeper();
  const orderId = add(1, 'CONFIRMED');
  const changedAt = new Date(start + 2 * minute).toISOString();
  state.orders.set(orderId, { order: { ...orderOf(1, 'CONFIRMED'), changedAt }, requestHash: '' });
  // Due after 17 minutes, so at the turn after that.
  for (const [atMs, asked] of [
    [16 * minute, 0],
    [19 * minute, 0],
    [20 * minute, 1],
  ] as const) {
    await sweepAt(atMs);
    expect(swept).toHaveLength(asked);
  }
});

test('sweeps all pages of all buckets', async () => {
  const { state, add, sweepAt } = sweeper();
  const ids = Array.from({ length: 3_000 }, (_, index) => add(index));
  const steps = await sweepAt(20 * minute);
  expect(state.queue.map(({ orderId }) => orderId).toSorted()).toEqual(ids.toSorted());
  expect(steps).toBeGreaterThan(2 * openBuckets);
});

test('resumes where another worker stopped, and starts the next sweep where the last one ended', async () => {
  const { state, add, sweepAt, lease, store, ports, progress } = sweeper();
  for (let index = 0; index < 400; index++) add(index);
  const own = await store.take('sweeper', 'first', 0, 1);
  await sweepStep(own as Lease, { ...ports, clock: { now: () => new Date(start + 20 * minute).toISOString() } });
  expect(await progress()).toMatchObject({ fromMs: 0, toMs: start + 20 * minute, bucket: 1 });
  await store.release(own as Lease);
  await sweepAt(21 * minute);
  expect(await progress()).toMatchObject({ fromMs: 0, toMs: start + 20 * minute, bucket: openBuckets });
  expect(state.queue).toHaveLength(400);
  await sweepAt(22 * minute);
  expect(await progress()).toMatchObject({ fromMs: start + 20 * minute, toMs: start + 22 * minute });
  expect(state.queue).toHaveLength(400);
  expect(await lease()).toMatchObject({ token: 4 });
});

test('sends a page again when its progress was not saved', async () => {
  const { state, add, sweepAt, notes, store, progress } = sweeper();
  const first = Array.from({ length: 60 }, (_, index) => add(index)).filter((orderId) => toOpenBucket(orderId) === 0);
  const { write } = notes;
  notes.write = async () => Promise.reject(new Error('no answer'));
  await expect(sweepAt(20 * minute)).rejects.toThrow('no answer');
  expect([state.queue.length, await progress()]).toEqual([first.length, null]);
  notes.write = write;
  await store.release({ name: 'sweeper', holder: 'one', token: 1, expiresAt: 0 });
  await sweepAt(20 * minute);
  expect(state.queue).toHaveLength(60 + first.length);
});

test('stops once another worker has taken over', async () => {
  const { store, lease, ports, progress, sweepAt } = sweeper();
  await sweepAt(minute);
  const late = await lease();
  await store.release(late);
  await lease();
  const before = await progress();
  expect(await sweepStep(late, { ...ports, clock: { now: () => new Date(start + 5 * minute).toISOString() } })).toBe(
    false,
  );
  expect(await progress()).toEqual(before);
});

test('does nothing while its clock is behind the last sweep', async () => {
  const { add, sweepAt, swept, progress } = sweeper();
  await sweepAt(30 * minute);
  add(1);
  expect(await sweepAt(25 * minute)).toBe(1);
  expect([swept, (await progress()).toMs]).toEqual([[], start + 30 * minute]);
});

test('repeats a page when one of its messages could not be sent', async () => {
  let busy = true;
  const { state, add, sweepAt, store, progress, ports } = sweeper();
  const { send } = ports.queue;
  ports.queue.send = async (request) => (busy ? Promise.reject(new Error('busy')) : send(request));
  add(1);
  const confirmed = add(2, 'CONFIRMED');
  // The log shows the stacks of causes, and of no other errors.
  await expect(sweepAt(20 * minute)).rejects.toMatchObject({
    message: expect.stringContaining('1 orders were not re-enqueued'),
    cause: { message: 'busy' },
  });
  busy = false;
  await store.release({ name: 'sweeper', holder: 'one', token: 1, expiresAt: 0 });
  await sweepAt(21 * minute);
  expect(state.queue).toHaveLength(1);
  expect(state.fulfilments[0]?.request.order.orderId).toBe(confirmed);
  expect((await progress()).bucket).toBe(openBuckets);
});

test('continues past an unreadable order', async () => {
  const { state, add, sweepAt, ports } = sweeper();
  const { find } = ports.orders;
  const broken = add(1);
  ports.orders.find = async (orderId) => (orderId === broken ? parseOrder({ v: 2, orderId }).order : find(orderId));
  for (let index = 2; index < 60; index++) add(index);
  await sweepAt(20 * minute);
  expect(state.queue).toHaveLength(58);
});

test.each([
  ['that is gone', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })],
  ['that throttles', Object.assign(new Error('slow down'), { name: 'ThrottlingException' })],
  ['that is busy', new RetryLater('busy')],
  ['that finds a bug of ours', new TypeError('not a function')],
])('ends with the error of a store %s, and repeats the page', async (_, error) => {
  const { state, add, sweepAt, store, progress, ports } = sweeper();
  const { find } = ports.orders;
  for (let index = 1; index < 600; index++) add(index);
  let reads = 0;
  let gone = true;
  ports.orders.find = async (orderId) => (gone && reads++ >= 5 ? Promise.reject(error) : find(orderId));
  await expect(sweepAt(20 * minute)).rejects.toMatchObject({ errors: Array(10).fill(error) });
  expect([await progress(), reads]).toEqual([null, 15]);
  gone = false;
  await store.release({ name: 'sweeper', holder: 'one', token: 1, expiresAt: 0 });
  await sweepAt(20 * minute);
  expect(new Set(state.queue.map(({ orderId }) => orderId))).toHaveProperty('size', 599);
});
