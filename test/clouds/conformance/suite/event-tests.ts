import { expect, test } from 'vitest';
import type { OrderEvent } from '../../../../functions/contracts/order-event.ts';
import { orderEvent } from '../../../../functions/contracts/order-event.ts';
import { noSales } from '../../../../functions/domain/sales.ts';
import { countEvent } from '../../../../functions/projection/count-event.ts';
import { settleOrder } from '../../../../functions/settlement/settle-order.ts';
import { traceparent } from '../../../support/memory-system.ts';
import { cancel, found, offer, place, type System } from './system.ts';

async function settled(it: System, sku: string, quantity = 1) {
  const { orderId } = await place(it, sku, { quantity });
  await settleOrder(orderId, traceparent, it.ports);
  return found(await it.ports.orders.find(orderId));
}

async function drained({ backend }: System, sku: string): Promise<OrderEvent[]> {
  const events: OrderEvent[] = [];
  await backend.drain(sku, async (event) => void events.push(event));
  return events;
}

export function eventTests(system: () => System): void {
  test('leaves one event for each transition, in version order, and none for a stale commit', async () => {
    const it = system();
    const sku = await offer(it, 1);
    const first = await settled(it, sku);
    const second = await settled(it, sku);
    await cancel(it, first);
    await cancel(it, first);
    const events = await drained(it, sku);
    const typesOf = (orderId: string) =>
      events.filter((event) => event.order.orderId === orderId).map(({ type, order }) => `${type} ${order.version}`);
    expect(typesOf(first.orderId)).toEqual(['OrderConfirmed 2', 'OrderCancelled 3']);
    expect(typesOf(second.orderId)).toEqual(['OrderRejected 2']);
    expect(events).toHaveLength(3);
    for (const event of events) expect(orderEvent.parse(event)).toEqual(event);
    const rejected = events.find((event) => event.order.orderId === second.orderId);
    const { traceparent: trace = '', ...snapshot } = second;
    expect(rejected?.order).toEqual(snapshot);
    expect(rejected?.traceparent.slice(0, 36)).toBe(trace.slice(0, 36));
  });

  test('hands an event over until it is taken, and then never again', async () => {
    const it = system();
    const sku = await offer(it, 1);
    const { orderId } = await settled(it, sku);
    const refuse = async () => Promise.reject(new Error('not now'));
    await it.backend.drain(sku, refuse).catch(() => {});
    expect((await drained(it, sku)).map(({ order }) => order.orderId)).toEqual([orderId]);
    expect(await drained(it, sku)).toEqual([]);
  });

  test('counts an order once in the views, despite repeated and late events', async () => {
    const it = system();
    const sku = await offer(it, 9, { shards: 2 });
    const orders = [await settled(it, sku, 2), await settled(it, sku, 3)];
    const [first] = orders;
    await cancel(it, found(first));
    const events = await drained(it, sku);
    for (const event of [...events.toReversed(), ...events]) await countEvent(event, it.ports);
    expect(await it.ports.sales.toSales(sku)).toEqual({
      ...noSales,
      confirmedOrders: 1,
      rejectedOrders: 0,
      cancelledOrders: 1,
      reservedUnits: 3,
      revenue: 3 * 1_999,
    });
    expect(await it.ports.views.counted(found(first).orderId)).toMatchObject({ version: 3, state: 'CANCELLED' });
  });

  test('loses no count when many are concurrent', async () => {
    const it = system();
    const sku = await offer(it, 6);
    const orders = [];
    for (let i = 0; i < 6; i++) orders.push(await settled(it, sku));
    const events = await drained(it, sku);
    const count = async (event: OrderEvent): Promise<void> => countEvent(event, it.ports).catch(() => count(event));
    await Promise.all(events.map(count));
    expect(await it.ports.sales.toSales(sku)).toMatchObject({ confirmedOrders: 6, reservedUnits: 6 });
  }, 20_000);

  test('answers stale to a count from an outdated version', async () => {
    const it = system();
    const sku = await offer(it, 1);
    const { orderId, acceptedAt } = await settled(it, sku);
    const row = { v: 1, orderId, sku, state: 'CONFIRMED', quantity: 1, unitPrice: 5, acceptedAt, traceparent } as const;
    const change = { ...noSales, confirmedOrders: 1, reservedUnits: 1, revenue: 5 };
    const { views } = it.ports;
    expect(await views.count({ ...row, version: 2 }, undefined, change)).toBe('committed');
    expect(await views.count({ ...row, version: 2 }, undefined, change)).toBe('stale');
    expect(await views.count({ ...row, version: 3 }, 1, change)).toBe('stale');
    expect(await it.ports.sales.toSales(sku)).toEqual(change);
  });

  test('publishes more events than one call of the bus takes, and none is rejected', async () => {
    const it = system();
    const sku = await offer(it, 1);
    await settled(it, sku);
    const [event] = await drained(it, sku);
    const many = Array.from({ length: 25 }, () => found(event));
    expect(await it.ports.bus.publish(many)).toEqual([]);
  });
}
