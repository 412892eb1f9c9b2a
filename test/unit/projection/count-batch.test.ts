import { expect, test } from 'vitest';
import { salesSlot } from '../../../functions/domain/sales.ts';
import { cancelOwnOrder } from '../../../functions/intake/cancel-order.ts';
import type { GroupViews } from '../../../functions/ports/views.ts';
import { countEvents } from '../../../functions/projection/count-batch.ts';
import { settleOrder } from '../../../functions/settlement/settle-order.ts';
import { checkInvariants } from '../../../scripts/sale/check/invariants.ts';
import { offer, place } from '../../support/actions.ts';
import { memorySystem, snapshotOf, traceparent } from '../../support/memory-system.ts';

type System = ReturnType<typeof memorySystem>;

/** Views that record each group and count its orders one by one. */
function grouping({ ports, state }: System, outcomes: ('not batched' | 'conflict')[] = []) {
  const groups: string[][] = [];
  const views: GroupViews = {
    ...ports.views,
    maxPerTransaction: 3,
    countedOf: async (orderIds) => orderIds.flatMap((orderId) => state.counted.get(orderId) ?? []),
    async countTogether(counts) {
      groups.push(counts.map(({ next }) => next.orderId));
      const outcome = outcomes.shift();
      if (outcome) return outcome;
      for (const { next, previousVersion, change } of counts) await ports.views.count(next, previousVersion, change);
      return 'committed';
    },
  };
  return { groups, ports: { ...ports, views, requireTime: () => {} } };
}

/** Settled orders of one product, none of them counted. */
async function soldSystem(orders: number): Promise<System> {
  const system = memorySystem();
  await offer(system, orders, { shards: 1 });
  for (let index = 0; index < orders; index++) await place(system, { idempotencyKey: `key-000000${10 + index}` });
  for (const { orderId } of system.state.queue.splice(0)) await settleOrder(orderId, traceparent, system.ports);
  return system;
}

const viewsHold = ({ state }: System) =>
  checkInvariants(snapshotOf(state), { accepted: [], foreignAttempts: 0, foreignAnswers: [] }).find(
    ({ id }) => id === 'I5',
  );

test('counts orders of one counter row together, in groups that fit a transaction', async () => {
  const system = await soldSystem(40);
  const { groups, ports } = grouping(system);
  expect(await countEvents(system.state.events, ports)).toEqual(new Map());
  for (const group of groups) {
    expect(group.length).toBeLessThanOrEqual(3);
    expect(new Set(group.map(salesSlot)).size).toBe(1);
  }
  expect(groups.flat()).toHaveLength(40);
  expect(groups.length).toBeLessThan(20);
  expect(viewsHold(system)).toMatchObject({ violations: [], checked: 96 });
});

test('counts only the last event of each order, in any sequence, and nothing twice', async () => {
  const system = await soldSystem(4);
  const [first] = system.state.events;
  await cancelOwnOrder({ customer: 'ada', orderId: first?.order.orderId ?? '', traceparent }, system.ports);
  const { ports } = grouping(system);
  await countEvents([...system.state.events].reverse(), ports);
  await countEvents(system.state.events, ports);
  expect(viewsHold(system)).toMatchObject({ violations: [], checked: 12 });
  expect(system.count('Duplicates')).toBe(4);
});

test('counts each order on its own when its group is not batched', async () => {
  const system = await soldSystem(24);
  const { ports } = grouping(system, ['not batched', 'not batched']);
  expect(await countEvents(system.state.events, ports)).toEqual(new Map());
  expect(viewsHold(system)).toMatchObject({ violations: [], checked: 64 });
});

test('reports the orders of a group with endless conflicts, and counts the others', async () => {
  const system = await soldSystem(24);
  const { groups, ports } = grouping(system);
  const { countTogether } = ports.views;
  const conflicting = async (counts: Parameters<typeof countTogether>[0]) =>
    salesSlot(counts[0]?.next.orderId ?? '') === 0 ? 'conflict' : countTogether(counts);
  const failures = await countEvents(system.state.events, {
    ...ports,
    views: { ...ports.views, countTogether: conflicting },
  });
  expect(groups.length).toBeGreaterThan(0);
  expect(failures.size).toBeGreaterThan(1);
  for (const [orderId, error] of failures) {
    expect(salesSlot(orderId)).toBe(0);
    expect(error).toMatchObject({ name: 'RetryLater' });
  }
  expect(system.state.counted.size).toBe(24 - failures.size);
});

test('reports all orders when the counted ones cannot be read, or no time is left', async () => {
  const system = await soldSystem(3);
  const { ports } = grouping(system);
  const unreadable = { ...ports.views, countedOf: () => Promise.reject(new Error('not now')) };
  expect((await countEvents(system.state.events, { ...ports, views: unreadable })).size).toBe(3);
  const requireTime = () => {
    throw new Error('no time');
  };
  expect((await countEvents(system.state.events, { ...ports, requireTime })).size).toBe(3);
  expect(system.state.counted.size).toBe(0);
});
