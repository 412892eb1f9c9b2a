import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cancelOwnOrder } from '../../../functions/intake/cancel-order.ts';
import { RetryLater } from '../../../functions/ports/retry-later.ts';
import { settleOrder } from '../../../functions/settlement/settle-order.ts';
import { offer, place, settleAll } from '../../support/actions.ts';
import { memorySystem, traceparent } from '../../support/memory-system.ts';

const leftOf = (system: ReturnType<typeof memorySystem>) =>
  [...system.state.shards.values()].reduce((sum, shard) => sum + shard.left, 0);

test('cancels a confirmed order and returns every unit to its shard', async () => {
  const system = memorySystem();
  await offer(system, 8);
  const orderId = await place(system, { quantity: 5 });
  await settleAll(system);
  expect(leftOf(system)).toBe(3);
  const cancelled = await cancelOwnOrder({ customer: 'ada', orderId, traceparent }, system.ports);
  expect(cancelled).toMatchObject({ state: 'CANCELLED', version: 3 });
  expect(leftOf(system)).toBe(8);
});

test('answers a repeated cancel like the first, and returns the stock once', async () => {
  const system = memorySystem();
  await offer(system, 8);
  const orderId = await place(system);
  await settleAll(system);
  const first = await cancelOwnOrder({ customer: 'ada', orderId, traceparent }, system.ports);
  expect(await cancelOwnOrder({ customer: 'ada', orderId, traceparent }, system.ports)).toEqual(first);
  expect(leftOf(system)).toBe(8);
});

test('rejects the cancel of a rejected order', async () => {
  const system = memorySystem();
  await offer(system, 0);
  const orderId = await place(system);
  await settleAll(system);
  const refusal = cancelOwnOrder({ customer: 'ada', orderId, traceparent }, system.ports);
  await expect(refusal).rejects.toMatchObject({ code: 'ORDER_NOT_CANCELLABLE' });
});

test("answers another customer's order like a missing one", async () => {
  const system = memorySystem();
  await offer(system, 8);
  const orderId = await place(system);
  const foreign = cancelOwnOrder({ customer: 'bob', orderId, traceparent }, system.ports);
  await expect(foreign).rejects.toMatchObject({ code: 'NOT_FOUND', message: 'you have no order with this id' });
  const missing = cancelOwnOrder({ customer: 'ada', orderId: 'nonsense#', traceparent }, system.ports);
  await expect(missing).rejects.toMatchObject({ code: 'NOT_FOUND', message: 'you have no order with this id' });
});

test('never answers a cancel that was not committed', async () => {
  const system = memorySystem();
  await offer(system, 8);
  const orderId = await place(system);
  const ledger = { commit: async () => 'stale' as const };
  const cancel = cancelOwnOrder({ customer: 'ada', orderId, traceparent }, { ...system.ports, ledger });
  await expect(cancel).rejects.toThrow(RetryLater);
});

test('ends cancelled once, with all stock returned, when cancels and settlement race', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), async (scheduler) => {
      const system = memorySystem(() => scheduler.schedule(Promise.resolve()));
      const orderId = await scheduler.waitFor(offer(system, 4).then(() => place(system, { quantity: 2 })));
      const cancel = () => cancelOwnOrder({ customer: 'ada', orderId, traceparent }, system.ports);
      const settle = () => settleOrder(orderId, traceparent, system.ports);
      const race = Promise.all([settle(), cancel(), settle(), cancel()]);
      await scheduler.waitFor(race);
      expect(system.state.orders.get(orderId)?.order.state).toBe('CANCELLED');
      expect(leftOf(system)).toBe(4);
      expect(system.state.events.filter((event) => event.type === 'OrderCancelled')).toHaveLength(1);
    }),
    { numRuns: 300 },
  );
});
