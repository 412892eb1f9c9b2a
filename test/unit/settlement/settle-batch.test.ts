import { expect, test, vi } from 'vitest';
import { rankShards } from '../../../functions/domain/sharding.ts';
import type { GroupOutcome } from '../../../functions/ports/ledger.ts';
import { settleOrders } from '../../../functions/settlement/settle-batch.ts';
import { putProduct } from '../../../functions/stock/put-product.ts';
import { restock } from '../../../functions/stock/restock.ts';
import { offer, place } from '../../support/actions.ts';
import { memoryGroupLedger } from '../../support/group-ledger.ts';
import { memorySystem, traceparent } from '../../support/memory-system.ts';

type System = ReturnType<typeof memorySystem>;

/** The ports of a batch, and what it did: the sizes of its groups, and how many snapshots it took. */
function grouping(system: System, outcomes: Exclude<GroupOutcome, 'committed'>[] = []) {
  const { groups, ledger } = memoryGroupLedger(system, outcomes);
  const snapshot = vi.fn(system.ports.stock.snapshot);
  const stock = { ...system.ports.stock, snapshot };
  const glances = { find: vi.fn(system.ports.orders.find) };
  const ports = { ...system.ports, ledger, stock, glances, requireTime: () => {} };
  return { groups, snapshot, glances, ports };
}

type Grouping = ReturnType<typeof grouping>;
const sizes = ({ groups }: Grouping, state = 'CONFIRMED') =>
  groups.filter((group) => group.state === state).map(({ orderIds }) => orderIds.length);

let number = 0;

async function placeMany(system: System, orders: number, change = {}) {
  const ids: string[] = [];
  for (let index = 0; index < orders; index++) {
    ids.push(await place(system, { idempotencyKey: `key-${String(number++).padStart(8, '0')}`, ...change }));
  }
  return ids.map((orderId) => ({ orderId, traceparent }));
}

const valuesOf = (settled: ReadonlyMap<string, PromiseSettledResult<string>>) =>
  [...settled.values()].map((result) => (result.status === 'fulfilled' ? result.value : result.reason.name));
const reasonOf = (system: System, { orderId }: { orderId: string }) => system.state.orders.get(orderId)?.order.reason;
const times = (count: number, value: string) => Array(count).fill(value);

test('confirms orders of one shard together, in groups that fit a transaction, without reading the stock', async () => {
  const system = memorySystem();
  await offer(system, 10, { shards: 1 });
  const batch = grouping(system);
  const settled = await settleOrders(await placeMany(system, 7), batch.ports);
  expect(valuesOf(settled)).toEqual(times(7, 'confirmed'));
  expect(sizes(batch)).toEqual([3, 3, 1]);
  expect(batch.snapshot).not.toHaveBeenCalled();
  expect(system.state.shards.get('lamp#0')?.left).toBe(3);
});

test('rejects all orders of a sold-out product by one snapshot, after one try', async () => {
  const system = memorySystem();
  await offer(system, 0, { shards: 8 });
  const batch = grouping(system);
  const orders = await placeMany(system, 20);
  expect(valuesOf(await settleOrders(orders, batch.ports))).toEqual(times(20, 'rejected'));
  expect(batch.snapshot).toHaveBeenCalledTimes(1);
  expect(sizes(batch)).toHaveLength(1);
  expect(sizes(batch, 'REJECTED')).toEqual([4, 4, 4, 4, 4]);
  expect(orders.map((order) => reasonOf(system, order))).toEqual(times(20, 'SOLD_OUT'));
  expect(system.count('OrdersRejected')).toBe(20);
});

test('serves what one snapshot can serve, and rejects the rest only by a later one', async () => {
  const system = memorySystem();
  await offer(system, 2, { shards: 1 });
  const batch = grouping(system);
  const settled = await settleOrders(await placeMany(system, 3), batch.ports);
  expect(valuesOf(settled).sort()).toEqual(['confirmed', 'confirmed', 'rejected']);
  expect(batch.snapshot).toHaveBeenCalledTimes(2);
});

test('rejects no order for units that a confirmation of the same snapshot was to take, but did not', async () => {
  const system = memorySystem();
  await offer(system, 1, { shards: 1 });
  const [first, second] = await placeMany(system, 2);
  if (!first || !second) throw new Error('two orders were placed');
  const batch = grouping(system);
  batch.snapshot.mockImplementationOnce(async (...of) => {
    // The order that the snapshot would serve is cancelled right after it.
    const stored = system.state.orders.get(first.orderId);
    if (!stored) throw new Error('the order was placed');
    const order = { ...stored.order, state: 'CANCELLED' as const, version: 2 };
    system.state.orders.set(first.orderId, { ...stored, order });
    return system.ports.stock.snapshot(...of);
  });
  expect(Object.fromEntries(await settleOrders([first, second], batch.ports))).toMatchObject({
    [first.orderId]: { value: 'already settled' },
    [second.orderId]: { value: 'confirmed' },
  });
});

test('confirms an order from several shards by the same snapshot', async () => {
  const system = memorySystem();
  await offer(system, 4, { shards: 4 });
  const orders = await placeMany(system, 2, { quantity: 2 });
  const batch = grouping(system);
  expect(valuesOf(await settleOrders(orders, batch.ports))).toEqual(['confirmed', 'confirmed']);
  expect(batch.snapshot).toHaveBeenCalledTimes(1);
  expect([...system.state.shards.values()].map(({ left }) => left)).toEqual([0, 0, 0, 0]);
});

test('looks again in the next batch, so a restock is sold at once', async () => {
  const system = memorySystem();
  await offer(system, 0, { shards: 4 });
  const batch = grouping(system);
  await settleOrders(await placeMany(system, 5), batch.ports);
  await restock({ sku: 'lamp', key: 'second', quantity: 4 }, system.ports);
  const settled = await settleOrders(await placeMany(system, 4), batch.ports);
  expect(valuesOf(settled)).toEqual(times(4, 'confirmed'));
});

test('settles an order that changed since it was read on its own, and the others together', async () => {
  const system = memorySystem();
  await offer(system, 9, { shards: 1 });
  const orders = await placeMany(system, 3);
  const old = new Map(system.state.orders);
  await settleOrders(orders.slice(0, 1), grouping(system).ports);
  const batch = grouping(system);
  batch.glances.find.mockImplementation(async (orderId) => old.get(orderId)?.order);
  expect(valuesOf(await settleOrders(orders, batch.ports)).sort()).toEqual([
    'already settled',
    'confirmed',
    'confirmed',
  ]);
  expect(sizes(batch)).toEqual([3, 2]);
});

test('rejects the others when one of the rejected orders changed since it was read', async () => {
  const system = memorySystem();
  await offer(system, 0, { shards: 1 });
  const orders = await placeMany(system, 3);
  const old = new Map(system.state.orders);
  await settleOrders(orders.slice(1, 2), grouping(system).ports);
  const batch = grouping(system);
  batch.glances.find.mockImplementation(async (orderId) => old.get(orderId)?.order);
  expect(valuesOf(await settleOrders(orders, batch.ports)).sort()).toEqual(['already settled', 'rejected', 'rejected']);
  expect(sizes(batch, 'REJECTED')).toEqual([2]);
});

test('reads an order again that a cheap read did not find', async () => {
  const system = memorySystem();
  await offer(system, 9, { shards: 1 });
  const batch = grouping(system);
  const orders = await placeMany(system, 3);
  batch.glances.find.mockResolvedValueOnce(undefined);
  expect(valuesOf(await settleOrders(orders, batch.ports))).toEqual(times(3, 'confirmed'));
  // Together with the others.
  expect(sizes(batch)).toEqual([3]);
});

test('reports all orders of a group as failed when conflicts do not end', async () => {
  const system = memorySystem();
  await offer(system, 9, { shards: 1 });
  const batch = grouping(system, ['conflict', 'conflict', 'conflict', 'conflict']);
  const settled = await settleOrders(await placeMany(system, 3), batch.ports);
  expect(valuesOf(settled)).toEqual(times(3, 'RetryLater'));
  expect(system.state.events).toEqual([]);
});

test('reports orders as failed, and rejects none, when no snapshot can be taken', async () => {
  const system = memorySystem();
  await offer(system, 0, { shards: 2 });
  const batch = grouping(system);
  batch.snapshot.mockResolvedValue(undefined);
  const settled = await settleOrders(await placeMany(system, 3), batch.ports);
  expect(valuesOf(settled)).toEqual(times(3, 'RetryLater'));
  expect(system.state.events).toEqual([]);
});

test('settles each order on its own when others take the units after every snapshot', async () => {
  const system = memorySystem();
  await offer(system, 3, { shards: 1 });
  const short = { stale: new Set<string>(), overLimit: new Set<string>(), isShort: true };
  const batch = grouping(system, Array(7).fill(short));
  const settled = await settleOrders(await placeMany(system, 2), batch.ports);
  expect(valuesOf(settled)).toEqual(['confirmed', 'confirmed']);
  expect(batch.snapshot).toHaveBeenCalledTimes(6);
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
  const [first] = await placeMany(system, 1, { customer: 'ada' });
  if (!first) throw new Error('an order was placed');
  await settleOrders([first], grouping(system).ports);
  const batch = grouping(system);
  const [over, ...others] = [
    ...(await placeMany(system, 1, { customer: 'ada' })),
    ...(await placeMany(system, 1, { customer: 'bob' })),
    ...(await placeMany(system, 1, { customer: 'eve' })),
  ];
  if (!over) throw new Error('orders were placed');
  await settleOrders([over, ...others], batch.ports);
  expect(sizes(batch)).toEqual([3, 2]);
  expect(reasonOf(system, over)).toBe('LIMIT_REACHED');
  expect(batch.snapshot).not.toHaveBeenCalled();
});

test('confirms what a customer may still have, and rejects the rest of a group together', async () => {
  const system = memorySystem();
  await offer(system, 99, { shards: 1, limit: 3 });
  const orders = await placeMany(system, 12, { customer: 'ada' });
  const batch = grouping(system);
  batch.ports.ledger = { ...batch.ports.ledger, maxPerTransaction: () => 20, maxRejections: 20 };
  const settled = valuesOf(await settleOrders(orders, batch.ports));
  expect(settled).toEqual([...times(3, 'confirmed'), ...times(9, 'rejected')]);
  expect(orders.slice(3).map((order) => reasonOf(system, order))).toEqual(times(9, 'LIMIT_REACHED'));
  expect(sizes(batch)).toEqual([3, 3, 1]);
  expect(sizes(batch, 'REJECTED')).toEqual([9]);
});

test('confirms a smaller order of a customer whose larger one is beyond the limit', async () => {
  const system = memorySystem();
  await offer(system, 99, { shards: 1, limit: 3 });
  const first = await placeMany(system, 1, { customer: 'ada', quantity: 2 });
  await settleOrders(first, grouping(system).ports);
  const orders = [
    ...(await placeMany(system, 1, { customer: 'ada', quantity: 2 })),
    ...(await placeMany(system, 1, { customer: 'ada', quantity: 1 })),
  ];
  expect(valuesOf(await settleOrders(orders, grouping(system).ports)).sort()).toEqual(['confirmed', 'rejected']);
});

test('settles orders with and without a limit in groups of their own', async () => {
  const system = memorySystem();
  await offer(system, 9, { shards: 1 });
  const free = await placeMany(system, 2);
  const body = { name: 'Lamp', unitPrice: 1_999, currency: 'EUR' as const, peakOrdersPerSecond: 100 };
  await putProduct('lamp', { ...body, limitPerCustomer: 5 }, 'any exists', system.ports);
  const limited = await placeMany(system, 2, { customer: 'bob' });
  const batch = grouping(system);
  await settleOrders([...free, ...limited], batch.ports);
  expect(sizes(batch)).toEqual([2, 2]);
});

test('prefers the shard of an order when a snapshot decides', async () => {
  const system = memorySystem();
  await offer(system, 8, { shards: 4 });
  const orders = await placeMany(system, 1);
  const [preferred = 0] = rankShards(orders[0]?.orderId ?? '', 4);
  const short = { stale: new Set<string>(), overLimit: new Set<string>(), isShort: true };
  await settleOrders(orders, grouping(system, [short]).ports);
  expect(system.state.shards.get(`lamp#${preferred}`)?.left).toBe(1);
});
