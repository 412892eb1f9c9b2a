import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { OrderLedger } from '../../../functions/ports/ledger.ts';
import { RetryLater } from '../../../functions/ports/retry-later.ts';
import { settleOrder } from '../../../functions/settlement/settle-order.ts';
import { offer, place } from '../../support/actions.ts';
import { memorySystem, traceparent } from '../../support/memory-system.ts';

test('confirms an order, takes its units and stores the event', async () => {
  const system = memorySystem();
  await offer(system, 10, { shards: 1 });
  const orderId = await place(system, { quantity: 3 });
  expect(await settleOrder(orderId, traceparent, system.ports)).toBe('confirmed');
  expect(system.state.shards.get('lamp#0')).toEqual({ left: 7, allocated: 10 });
  expect(system.state.events).toMatchObject([{ type: 'OrderConfirmed', order: { orderId, version: 2 } }]);
});

test('settles a redelivered message once', async () => {
  const system = memorySystem();
  await offer(system, 10, { shards: 1 });
  const orderId = await place(system);
  await settleOrder(orderId, traceparent, system.ports);
  expect(await settleOrder(orderId, traceparent, system.ports)).toBe('already settled');
  expect(system.state.shards.get('lamp#0')?.left).toBe(9);
  expect(system.count('Duplicates')).toBe(1);
});

test('rejects an order when all shards together cannot serve it, and takes nothing', async () => {
  const system = memorySystem();
  await offer(system, 3);
  const orderId = await place(system, { quantity: 4 });
  expect(await settleOrder(orderId, traceparent, system.ports)).toBe('rejected');
  expect([...system.state.shards.values()].reduce((sum, shard) => sum + shard.left, 0)).toBe(3);
});

test('serves an order from several shards when no single one can, and records the split', async () => {
  const system = memorySystem();
  await offer(system, 4);
  const orderId = await place(system, { quantity: 3 });
  expect(await settleOrder(orderId, traceparent, system.ports)).toBe('confirmed');
  expect(system.state.orders.get(orderId)?.order.allocation).toHaveLength(3);
});

test('reports an order that was never placed as unknown', async () => {
  const { ports } = memorySystem();
  expect(await settleOrder('6c1f1c55-6f0b-5f3e-9c7a-8d6a2f4c1b9e', traceparent, ports)).toBe('unknown order');
});

function failing(ledger: OrderLedger, outcomes: ('conflict' | 'insufficient stock')[]): OrderLedger {
  return { commit: async (transition) => outcomes.shift() ?? ledger.commit(transition) };
}

test('confirms after three conflicts, and does not treat them as sold out', async () => {
  const system = memorySystem();
  await offer(system, 1, { shards: 1 });
  const orderId = await place(system);
  const ledger = failing(system.ports.ledger, ['conflict', 'conflict', 'conflict']);
  expect(await settleOrder(orderId, traceparent, { ...system.ports, ledger })).toBe('confirmed');
  expect(system.count('Conflicts')).toBe(3);
});

test('throws RetryLater after the fourth conflict, changing nothing', async () => {
  const system = memorySystem();
  await offer(system, 1, { shards: 1 });
  const orderId = await place(system);
  const ledger = failing(system.ports.ledger, ['conflict', 'conflict', 'conflict', 'conflict']);
  await expect(settleOrder(orderId, traceparent, { ...system.ports, ledger })).rejects.toThrow(RetryLater);
  expect(system.state.orders.get(orderId)?.order.state).toBe('PENDING');
});

test('loses no unit and rejects only orders that cannot be served, in every interleaving', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 0, max: 8 }),
      async (scheduler, quantities, units) => {
        const system = memorySystem(() => scheduler.schedule(Promise.resolve()));
        const setUp = (async () => {
          await offer(system, units, { shards: 3 });
          return Promise.all(
            quantities.map((quantity, i) => place(system, { idempotencyKey: `key-0000000${i}`, quantity })),
          );
        })();
        const ids = await scheduler.waitFor(setUp);
        const twice = [...ids, ...ids].map((id) => settleOrder(id, traceparent, system.ports).catch(later));
        await scheduler.waitFor(Promise.all(twice));

        const orders = [...system.state.orders.values()].map(({ order }) => order);
        const left = [...system.state.shards.values()].reduce((sum, shard) => sum + shard.left, 0);
        const sold = orders.filter((o) => o.state === 'CONFIRMED').reduce((sum, o) => sum + o.quantity, 0);
        expect(left + sold).toBe(units);
        for (const order of orders) if (order.state === 'REJECTED') expect(left).toBeLessThan(order.quantity);
      },
    ),
    { numRuns: 300 },
  );
});

function later(error: unknown): void {
  if (!(error instanceof RetryLater)) throw error;
}

test('rejects an order beyond the limit per customer, with its reason and one extra probe', async () => {
  const system = memorySystem();
  await offer(system, 10, { shards: 1, limit: 2 });
  const orders = [await place(system, { quantity: 2 }), await place(system, { idempotencyKey: 'key-00000002' })];
  const settled = orders.map((orderId) => settleOrder(orderId, traceparent, system.ports));
  expect(await Promise.all(settled)).toEqual(['confirmed', 'rejected']);
  expect(system.state.events.at(-1)).toMatchObject({ type: 'OrderRejected', order: { reason: 'LIMIT_REACHED' } });
  expect(system.state.shards.get('lamp#0')?.left).toBe(8);
  expect(system.count('ShardProbes')).toBe(3);
});

test('names the reason of a rejection for want of stock', async () => {
  const system = memorySystem();
  await offer(system, 1, { limit: 2 });
  await settleOrder(await place(system, { quantity: 2 }), traceparent, system.ports);
  expect(system.state.events).toMatchObject([{ order: { state: 'REJECTED', reason: 'SOLD_OUT' } }]);
});
