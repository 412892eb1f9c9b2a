import { expect, test } from 'vitest';
import { toOrderEvent } from '../../../../functions/contracts/order-event.ts';
import { confirmOrder, type Order } from '../../../../functions/domain/order.ts';
import type { Transition } from '../../../../functions/ports/ledger.ts';
import { traceparent } from '../../../support/memory-system.ts';
import { cancel, found, now, offer, place, type System, unitsLeft } from './system.ts';

function confirmation(before: Order): Transition {
  const after = confirmOrder(before, [{ shard: 0, quantity: before.quantity }], now());
  return { before, after, event: toOrderEvent(after, traceparent) };
}

/** For backends whose ledger settles many orders at once. */
export function groupLedgerTests(system: () => System): void {
  const ledger = () => found(system().ports.groupLedger);

  test('confirms as many orders of a shard together as the ledger promises', async () => {
    const it = system();
    const max = ledger().maxPerTransaction;
    const sku = await offer(it, max + 1);
    const orders: Order[] = [];
    for (let number = 0; number < max; number++) orders.push(await place(it, sku));
    expect(await ledger().commitTogether(orders.map(confirmation))).toBe('committed');
    for (const { orderId } of orders) expect((await it.ports.orders.find(orderId))?.state).toBe('CONFIRMED');
    expect(await unitsLeft(it, sku, 1)).toBe(1);
  }, 30_000);

  test('confirms none of a group when one of its orders changed, or the shard holds too little', async () => {
    const it = system();
    const sku = await offer(it, 2);
    const [first, second, third] = [await place(it, sku), await place(it, sku), await place(it, sku)];
    const unchanged = async (order: Order) => expect(await it.ports.orders.find(order.orderId)).toEqual(order);
    expect(await ledger().commitTogether([first, second, third].map(confirmation))).toBe('not batched');
    await cancel(it, second);
    expect(await ledger().commitTogether([first, second].map(confirmation))).toBe('not batched');
    for (const order of [first, third]) await unchanged(order);
    expect(await unitsLeft(it, sku, 1)).toBe(2);
    expect(await ledger().commitTogether([first, third].map(confirmation))).toBe('committed');
    expect(await unitsLeft(it, sku, 1)).toBe(0);
  });
}
