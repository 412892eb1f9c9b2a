import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cancelOwnOrder } from '../../../functions/intake/cancel-order.ts';
import { countEvent } from '../../../functions/projection/count-event.ts';
import { settleOrder } from '../../../functions/settlement/settle-order.ts';
import { checkInvariants, holds } from '../../../scripts/sale/check/invariants.ts';
import { offer, place, settleAll } from '../../support/actions.ts';
import { memorySystem, snapshotOf, traceparent } from '../../support/memory-system.ts';

async function systemWithSales() {
  const system = memorySystem();
  await offer(system, 4, { shards: 2 });
  const ids = [];
  for (let i = 0; i < 4; i++) ids.push(await place(system, { idempotencyKey: `key-0000000${i}`, quantity: 2 }));
  for (const request of system.state.queue.splice(0)) {
    await settleOrder(request.orderId, traceparent, system.ports);
  }
  await cancelOwnOrder({ customer: 'ada', orderId: ids[0] ?? '', traceparent }, system.ports);
  return system;
}

test('equals the fold of the events, in any sequence and with any duplicates', async () => {
  const { state } = await systemWithSales();
  expect(state.events).toHaveLength(5);
  const deliveries = fc.shuffledSubarray([...state.events, ...state.events], { minLength: 10, maxLength: 10 });
  await fc.assert(
    fc.asyncProperty(deliveries, async (events) => {
      const system = await systemWithSales();
      for (const event of events) await countEvent(event, system.ports);
      const verdict = checkInvariants(snapshotOf(system.state), noClients).find(({ id }) => id === 'I5');
      expect(verdict?.violations).toEqual([]);
      // Four orders, their guards, and the counter rows of their minute and total.
      expect(verdict?.checked).toBe(4 + 4 + system.state.sales.size);
    }),
  );
});

test('counts an event once, however its deliveries interleave', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), async (scheduler) => {
      const { state } = await systemWithSales();
      const system = memorySystem(() => scheduler.schedule(Promise.resolve()));
      const deliveries = [...state.events, ...state.events].map((event) => countEvent(event, system.ports));
      await scheduler.waitFor(Promise.all(deliveries));
      const sold = [...system.state.sales].filter(([key]) => key.endsWith('TOTAL')).map(([, sales]) => sales);
      expect(sold.reduce((sum, sales) => sum + sales.reservedUnits, 0)).toBe(2);
      expect(sold.reduce((sum, sales) => sum + sales.revenue, 0)).toBe(2 * 1_999);
    }),
  );
});

test('keeps the trace of the counted event', async () => {
  const system = memorySystem();
  await offer(system, 4);
  const orderId = await place(system);
  await settleAll(system);
  expect(system.state.counted.get(orderId)?.traceparent).toBe(traceparent);
  expect(
    checkInvariants(snapshotOf(system.state), noClients)
      .filter((verdict) => !holds(verdict))
      .map(({ id }) => id),
  ).toEqual(['I3', 'I6', 'I9']);
});

const noClients = { accepted: [], foreignAttempts: 0, foreignAnswers: [] };
