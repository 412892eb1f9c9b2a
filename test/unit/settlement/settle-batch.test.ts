import { expect, test } from 'vitest';
import type { GroupLedger, GroupOutcome } from '../../../functions/ports/ledger.ts';
import { settleOrders } from '../../../functions/settlement/settle-batch.ts';
import { putProduct } from '../../../functions/stock/put-product.ts';
import { offer, place } from '../../support/actions.ts';
import { memorySystem, traceparent } from '../../support/memory-system.ts';

type System = ReturnType<typeof memorySystem>;

/** A ledger that records each group's size and commits its orders one by one. */
function grouping(system: System, outcomes: Exclude<GroupOutcome, 'committed'>[] = []) {
  const sizes: number[] = [];
  const ledger: GroupLedger = {
    ...system.ports.ledger,
    maxPerTransaction: () => 3,
    async commitTogether(transitions) {
      sizes.push(transitions.length);
      const outcome = outcomes.shift();
      if (outcome) return outcome;
      for (const transition of transitions) await system.ports.ledger.commit(transition);
      return 'committed';
    },
  };
  return { sizes, ports: { ...system.ports, ledger, requireTime: () => {} } };
}

async function placeMany(system: System, orders: number, change = {}) {
  const ids: string[] = [];
  for (let index = 0; index < orders; index++) {
    ids.push(await place(system, { idempotencyKey: `key-0000000${index}`, ...change }));
  }
  return ids.map((orderId) => ({ orderId, traceparent }));
}

const valuesOf = (settled: ReadonlyMap<string, PromiseSettledResult<string>>) =>
  [...settled.values()].map((result) => (result.status === 'fulfilled' ? result.value : result.reason.name));

test('confirms orders of one shard together, in groups that fit a transaction', async () => {
  const system = memorySystem();
  await offer(system, 10, { shards: 1 });
  const { sizes, ports } = grouping(system);
  const settled = await settleOrders(await placeMany(system, 7), ports);
  expect(valuesOf(settled)).toEqual(Array(7).fill('confirmed'));
  expect(sizes).toEqual([3, 3]);
  expect(system.state.shards.get('lamp#0')?.left).toBe(3);
});

test('settles each order on its own when its group is not batched', async () => {
  const system = memorySystem();
  await offer(system, 2, { shards: 1 });
  const { ports } = grouping(system, ['not batched']);
  const settled = await settleOrders(await placeMany(system, 3), ports);
  expect(valuesOf(settled).sort()).toEqual(['confirmed', 'confirmed', 'rejected']);
});

test('reports all orders of a group as failed when conflicts do not end', async () => {
  const system = memorySystem();
  await offer(system, 9, { shards: 1 });
  const { ports } = grouping(system, ['conflict', 'conflict', 'conflict', 'conflict']);
  const settled = await settleOrders(await placeMany(system, 3), ports);
  expect(valuesOf(settled)).toEqual(Array(3).fill('RetryLater'));
  expect(system.state.events).toEqual([]);
});

test('reports a repeated order once, a settled one and an unknown one', async () => {
  const system = memorySystem();
  await offer(system, 9, { shards: 1 });
  const [first, second] = await placeMany(system, 2);
  const { ports } = grouping(system);
  if (!first || !second) throw new Error('two orders were placed');
  await settleOrders([first], ports);
  const unknown = { orderId: '6c1f1c55-6f0b-5f3e-9c7a-8d6a2f4c1b9e', traceparent };
  const settled = await settleOrders([first, second, second, unknown], ports);
  expect(Object.fromEntries([...settled.keys()].map((id, index) => [id, valuesOf(settled)[index]]))).toEqual({
    [first.orderId]: 'already settled',
    [second.orderId]: 'confirmed',
    [unknown.orderId]: 'unknown order',
  });
});

test('confirms the others of a group together when a customer reached the limit', async () => {
  const system = memorySystem();
  await offer(system, 9, { shards: 1, limit: 1 });
  const of = async (customer: string, key: number) => ({
    orderId: await place(system, { customer, idempotencyKey: `key-0000000${key}` }),
    traceparent,
  });
  const [first, second, other] = [await of('ada', 1), await of('ada', 2), await of('bob', 3)];
  await settleOrders([first], grouping(system).ports);
  const { sizes, ports } = grouping(system, [{ overLimit: new Set([second.orderId]) }]);
  const last = await of('eve', 4);
  expect(valuesOf(await settleOrders([second, other, last], ports)).sort()).toEqual([
    'confirmed',
    'confirmed',
    'rejected',
  ]);
  expect(sizes).toEqual([3, 2]);
});

test('settles orders with and without a limit in groups of their own', async () => {
  const system = memorySystem();
  await offer(system, 9, { shards: 1 });
  const free = await placeMany(system, 2);
  const body = { name: 'Lamp', unitPrice: 1_999, currency: 'EUR' as const, peakOrdersPerSecond: 100 };
  await putProduct('lamp', { ...body, limitPerCustomer: 5 }, 'any exists', system.ports);
  const limited = await placeMany(system, 2, { customer: 'bob' });
  const { sizes, ports } = grouping(system);
  await settleOrders([...free, ...limited], ports);
  expect(sizes).toEqual([2, 2]);
});
