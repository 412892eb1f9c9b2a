import { expect, test } from 'vitest';
import { toOrderEvent } from '../../../../functions/contracts/order-event.ts';
import { confirmOrder, type Order, rejectOrder } from '../../../../functions/domain/order.ts';
import type { Transition } from '../../../../functions/ports/ledger.ts';
import { traceparent } from '../../../support/memory-system.ts';
import { cancel, found, freshCustomer, now, offer, place, type System, unitsLeft } from './system.ts';

function confirmation(before: Order): Transition {
  const after = confirmOrder(before, [{ shard: 0, quantity: before.quantity }], now());
  return { before, after, event: toOrderEvent(after, traceparent) };
}

function rejection(before: Order): Transition {
  const after = rejectOrder(before, now());
  return { before, after, event: toOrderEvent(after, traceparent) };
}

const none = { stale: new Set<string>(), overLimit: new Set<string>(), isShort: false };
const idsOf = (...orders: readonly Order[]) => new Set(orders.map(({ orderId }) => orderId));

/** For backends whose ledger settles many orders at once. */
export function groupLedgerTests(system: () => System): void {
  const ledger = () => found(system().ports.groupLedger);

  test.each([false, true])(
    'confirms as many orders of a shard together as it promises (limited: %s)',
    async (limited) => {
      const it = system();
      const max = ledger().maxPerTransaction(limited);
      const sku = await offer(it, max + 1, { limit: limited ? 1 : 0 });
      const orders: Order[] = [];
      for (let number = 0; number < max; number++) orders.push(await place(it, sku));
      expect(await ledger().commitTogether(orders.map(confirmation))).toBe('committed');
      for (const { orderId } of orders) expect((await it.ports.orders.find(orderId))?.state).toBe('CONFIRMED');
      expect(await unitsLeft(it, sku, 1)).toBe(1);
    },
    30_000,
  );

  test('names the orders of a group that exceed a limit, and confirms none of it', async () => {
    const it = system();
    const sku = await offer(it, 9, { limit: 2 });
    const [ada, bob] = [freshCustomer(), freshCustomer()];
    const orders = [];
    for (const customer of [ada, bob, ada, bob, ada]) orders.push(await place(it, sku, { customer }));
    const ofAda = orders.filter(({ customer }) => customer === ada);
    const ofBob = orders.filter(({ customer }) => customer === bob);
    const over = { ...none, overLimit: idsOf(...ofAda) };
    expect(await ledger().commitTogether(orders.map(confirmation))).toEqual(over);
    expect(await unitsLeft(it, sku, 1)).toBe(9);
    expect(await ledger().commitTogether([...ofBob, ...ofAda.slice(1)].map(confirmation))).toBe('committed');
    expect(await ledger().commitTogether(ofAda.slice(0, 1).map(confirmation))).toMatchObject({});
    expect((await it.ports.orders.find(ofAda[0]?.orderId ?? ''))?.state).toBe('PENDING');
    expect(await unitsLeft(it, sku, 1)).toBe(5);
  });

  test('confirms none of a group when one of its orders changed, or the shard holds too little', async () => {
    const it = system();
    const sku = await offer(it, 2);
    const [first, second, third] = [await place(it, sku), await place(it, sku), await place(it, sku)];
    const unchanged = async (order: Order) => expect(await it.ports.orders.find(order.orderId)).toEqual(order);
    expect(await ledger().commitTogether([first, second, third].map(confirmation))).toEqual({ ...none, isShort: true });
    await cancel(it, second);
    expect(await ledger().commitTogether([first, second].map(confirmation))).toEqual({
      ...none,
      stale: idsOf(second),
    });
    for (const order of [first, third]) await unchanged(order);
    expect(await unitsLeft(it, sku, 1)).toBe(2);
    expect(await ledger().commitTogether([first, third].map(confirmation))).toBe('committed');
    expect(await unitsLeft(it, sku, 1)).toBe(0);
  });

  test('rejects as many orders together as it promises, and none when one of them changed', async () => {
    const it = system();
    const sku = await offer(it, 1);
    const orders: Order[] = [];
    for (let number = 0; number < ledger().maxRejections; number++) orders.push(await place(it, sku));
    const [first, ...others] = orders;
    if (!first) throw new Error('a ledger rejects at least one order');
    await cancel(it, first);
    expect(await ledger().commitTogether(orders.map(rejection))).toEqual({ ...none, stale: idsOf(first) });
    expect(await ledger().commitTogether(others.map(rejection))).toBe('committed');
    for (const { orderId } of others) expect((await it.ports.orders.find(orderId))?.state).toBe('REJECTED');
    expect(await unitsLeft(it, sku, 1)).toBe(1);
  }, 30_000);
}
