import { expect, test } from 'vitest';
import { confirm, found, offer, place, type System } from './system.ts';

/** For backends whose store can be too busy. */
export function busyTests(system: () => System): void {
  test('answers conflict while the store is too busy, and commits the same call afterwards', async () => {
    const it = system();
    const whileBusy = found(it.backend.whileBusy);
    const sku = await offer(it, 1);
    const order = await place(it, sku);
    const attempt = () => confirm(it, order, [{ shard: 0, quantity: 1 }]);
    expect(await whileBusy(attempt)).toBe('conflict');
    expect(await it.ports.orders.find(order.orderId)).toEqual(order);
    expect(await attempt()).toBe('committed');
  }, 20_000);
}
