import { expect, test } from 'vitest';
import { intakeApi } from '../../../functions/intake/api.ts';
import { cancelOwnOrder } from '../../../functions/intake/cancel-order.ts';
import { acceptOrder } from '../../../functions/intake/place-order.ts';
import { findOwnOrder, listOwnOrders } from '../../../functions/intake/read-orders.ts';
import { refuseOrderOfOtherRegion, withReplicas } from '../../../functions/intake/replicas.ts';
import type { StoredOrder } from '../../../functions/ports/orders.ts';
import { settleOrder } from '../../../functions/settlement/settle-order.ts';
import { requestEvent } from '../../../scripts/platform/functions/request-event.ts';
import { offer, orderOf, type System } from '../../support/actions.ts';
import { memorySystem, traceparent } from '../../support/memory-system.ts';

/** The orders of a region, as another one reads them. */
const replicaOf = ({ state, ports }: System) => ({
  listByCustomer: ports.orders.listByCustomer,
  findStored: async (orderId: string): Promise<StoredOrder | undefined> => state.orders.get(orderId),
});

async function twoRegions() {
  const [here, there] = [memorySystem(), memorySystem()];
  await offer(here, 5);
  await offer(there, 5);
  const replicas = [replicaOf(there)];
  const ports = { ...here.ports, orders: withReplicas(here.ports.orders, replicas) };
  return { here, there, replicas, ports };
}

test('answers a repetition of an order that another region took, and neither stores nor sends it', async () => {
  const { here, there, ports } = await twoRegions();
  const first = await acceptOrder(orderOf(), there.ports);
  expect(await acceptOrder(orderOf(), ports)).toEqual(first);
  expect([here.state.orders.size, here.state.queue.length]).toEqual([0, 0]);
  expect(there.state.queue).toHaveLength(1);
});

test('keeps its own row when another region made one for the same key, and sends it again', async () => {
  const { here, there, ports } = await twoRegions();
  const own = await acceptOrder(orderOf(), ports);
  await acceptOrder(orderOf(), { ...there.ports, clock: { now: () => '2026-11-27T08:00:00.000Z' } });
  expect(await acceptOrder(orderOf(), ports)).toEqual(own);
  expect(here.state.queue).toHaveLength(2);
});

test('lists an order once that two regions made for the same key, as the own region has it', async () => {
  const { there, ports } = await twoRegions();
  const own = await acceptOrder(orderOf(), ports);
  await acceptOrder(orderOf(), { ...there.ports, clock: { now: () => '2026-11-27T08:00:00.000Z' } });
  const { items } = await listOwnOrders('ada', { limit: 10 }, ports.orders);
  expect(items.map(({ orderId, acceptedAt }) => [orderId, acceptedAt])).toEqual([[own.orderId, own.acceptedAt]]);
});

test('refuses another request with a key that was used in another region', async () => {
  const { there, ports } = await twoRegions();
  await acceptOrder(orderOf(), there.ports);
  const reused = acceptOrder(orderOf({ quantity: 2 }), ports);
  await expect(reused).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
});

test('stores and sends an order that no region knows', async () => {
  const { here, ports } = await twoRegions();
  await acceptOrder(orderOf(), ports);
  expect([here.state.orders.size, here.state.queue.length]).toEqual([1, 1]);
});

test('reads an order of another region, for its customer alone', async () => {
  const { there, ports } = await twoRegions();
  const { orderId } = await acceptOrder(orderOf(), there.ports);
  expect(await findOwnOrder('ada', orderId, ports.orders)).toMatchObject({ orderId });
  await expect(findOwnOrder('bob', orderId, ports.orders)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('refuses to change an order of another region, and says so to its customer alone', async () => {
  const { here, there, replicas, ports } = await twoRegions();
  const { orderId } = await acceptOrder(orderOf(), there.ports);
  const own = await acceptOrder(orderOf({ idempotencyKey: 'key-00000002' }), ports);
  const refuse = (customer: string, id: string) =>
    refuseOrderOfOtherRegion({ customer, orderId: id }, here.ports.orders, replicas);
  await expect(refuse('ada', orderId)).rejects.toMatchObject({ code: 'OWNED_BY_OTHER_REGION' });
  await expect(refuse('bob', orderId)).resolves.toBeUndefined();
  await expect(refuse('ada', own.orderId)).resolves.toBeUndefined();
});

test('answers no cancel from a replica that arrived after the first look', async () => {
  const { here, there } = await twoRegions();
  const { orderId } = await acceptOrder(orderOf(), there.ports);
  await settleOrder(orderId, traceparent, there.ports);
  await cancelOwnOrder({ customer: 'ada', orderId, traceparent }, there.ports);
  let looks = 0;
  const late = {
    ...replicaOf(there),
    findStored: async (id: string) => (looks++ > 0 ? there.state.orders.get(id) : undefined),
  };
  const api = intakeApi(
    { ...here.ports, replicas: [late] },
    { authenticate: async () => ({ customer: 'ada', admin: false }) },
  );
  const cancel = () => api(requestEvent({ method: 'DELETE', rawPath: `/orders/${orderId}` }));
  expect((await cancel()).statusCode).toBe(404);
  expect((await cancel()).statusCode).toBe(503);
});

test.each([1, 2, 3, 7])('lists the orders of all regions once, newest first, in pages of %i', async (limit) => {
  const { here, there, ports } = await twoRegions();
  const placed: string[] = [];
  // Both clocks tick alike, so that pairs of orders are accepted in the same millisecond.
  for (let number = 0; number < 12; number++) {
    const region = number % 3 === 0 ? there : here;
    const request = orderOf({ idempotencyKey: `key-list-${String(number).padStart(4, '0')}` });
    placed.push((await acceptOrder(request, region === here ? ports : there.ports)).orderId);
  }
  const seen: { orderId: string; acceptedAt: string }[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < 20; page++) {
    const { items, next } = await listOwnOrders('ada', { limit, cursor }, ports.orders);
    expect(items.length).toBeLessThanOrEqual(limit);
    seen.push(...items);
    cursor = next;
    if (!next) break;
  }
  expect(cursor).toBeUndefined();
  expect(seen.map(({ orderId }) => orderId).toSorted()).toEqual(placed.toSorted());
  const times = seen.map(({ acceptedAt }) => acceptedAt);
  expect(times).toEqual(times.toSorted().toReversed());
});
