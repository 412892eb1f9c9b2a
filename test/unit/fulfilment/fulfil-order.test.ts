import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type FulfilmentPorts, fulfil } from '../../../functions/fulfilment/fulfil-order.ts';
import { cancelOwnOrder } from '../../../functions/intake/cancel-order.ts';
import { PartnerDown, PartnerFailed } from '../../../functions/ports/partner.ts';
import { settleOrder } from '../../../functions/settlement/settle-order.ts';
import { offer, place, type System, settleAll } from '../../support/actions.ts';
import { memoryPartner } from '../../support/memory-partner.ts';
import { memorySystem, traceparent } from '../../support/memory-system.ts';

type Change = Partial<Pick<FulfilmentPorts, 'gate' | 'partner' | 'cancellableMs'>>;

function portsOf(system: System, change: Change = {}): FulfilmentPorts {
  const open = { pass: <Result>(work: () => Promise<Result>) => work() };
  return { ...system.ports, partner: memoryPartner().partner, gate: open, cancellableMs: 0, ...change };
}

async function confirmed(system: System): Promise<string> {
  await offer(system, 3);
  const orderId = await place(system, { quantity: 2 });
  await settleAll(system);
  return orderId;
}

const stateOf = (system: System, orderId: string) => system.state.orders.get(orderId)?.order.state;
const leftOf = (system: System) => [...system.state.shards.values()].reduce((sum, shard) => sum + shard.left, 0);

test('hands a confirmed order over once, however often it is called', async () => {
  const system = memorySystem();
  const orderId = await confirmed(system);
  const { partner, book } = memoryPartner();
  const ports = portsOf(system, { partner });
  expect(await fulfil(orderId, traceparent, ports)).toEqual({ kind: 'fulfilled' });
  expect(await fulfil(orderId, traceparent, ports)).toEqual({ kind: 'nothing to do' });
  expect(book).toEqual([{ orderId, sku: 'lamp', quantity: 2, state: 'accepted' }]);
  expect(system.state.events.map(({ type }) => type)).toEqual(['OrderConfirmed', 'OrderFulfilling', 'OrderFulfilled']);
});

test('returns the units of a rejected order once', async () => {
  const system = memorySystem();
  const orderId = await confirmed(system);
  const { partner } = memoryPartner({ refuses: () => true });
  expect(leftOf(system)).toBe(1);
  expect(await fulfil(orderId, traceparent, portsOf(system, { partner }))).toEqual({ kind: 'refused' });
  expect(await fulfil(orderId, traceparent, portsOf(system, { partner }))).toEqual({ kind: 'nothing to do' });
  expect([stateOf(system, orderId), leftOf(system)]).toEqual(['CANCELLED', 3]);
});

test('asks again with the same key after a missing answer', async () => {
  const system = memorySystem();
  const orderId = await confirmed(system);
  const { partner, book } = memoryPartner({ loses: 1 });
  const ports = portsOf(system, { partner });
  await expect(fulfil(orderId, traceparent, ports)).rejects.toThrow(PartnerFailed);
  expect(stateOf(system, orderId)).toBe('FULFILLING');
  expect(await fulfil(orderId, traceparent, ports)).toEqual({ kind: 'fulfilled' });
  expect(book).toHaveLength(1);
});

test('claims nothing while the partner counts as down, so the customer can still cancel', async () => {
  const system = memorySystem();
  const orderId = await confirmed(system);
  const shut = { pass: async () => Promise.reject(new PartnerDown('down', 5_000)) };
  await expect(fulfil(orderId, traceparent, portsOf(system, { gate: shut }))).rejects.toThrow(PartnerDown);
  expect(await cancelOwnOrder({ customer: 'ada', orderId, traceparent }, system.ports)).toMatchObject({
    state: 'CANCELLED',
  });
});

test('does not let the customer cancel once the partner was asked', async () => {
  const system = memorySystem();
  const orderId = await confirmed(system);
  const { partner } = memoryPartner({ loses: 1 });
  await fulfil(orderId, traceparent, portsOf(system, { partner })).catch(() => {});
  const cancel = cancelOwnOrder({ customer: 'ada', orderId, traceparent }, system.ports);
  await expect(cancel).rejects.toMatchObject({ code: 'ORDER_NOT_CANCELLABLE', message: 'the order is on its way' });
});

test('waits for as long as the customer may cancel', async () => {
  const system = memorySystem();
  const orderId = await confirmed(system);
  const { partner, book } = memoryPartner();
  const early = await fulfil(orderId, traceparent, portsOf(system, { partner, cancellableMs: 1_000 }));
  expect(early).toMatchObject({ kind: 'too early' });
  expect(early.kind === 'too early' && early.waitMs).toBeGreaterThan(900);
  expect([stateOf(system, orderId), book.length]).toEqual(['CONFIRMED', 0]);
});

test('counts the time to cancel from the confirmation, however long the order was pending', async () => {
  const system = memorySystem();
  await offer(system, 3);
  const orderId = await place(system);
  const later = { ...system.ports, clock: { now: () => '2026-11-27T10:00:00.000Z' } };
  await settleOrder(orderId, traceparent, later);
  const early = await fulfil(orderId, traceparent, {
    ...portsOf(system, { cancellableMs: 1_000 }),
    clock: later.clock,
  });
  expect(early).toEqual({ kind: 'too early', waitMs: 1_000 });
});

test('reports an order that was never placed as unknown, and does nothing for a rejected one', async () => {
  const system = memorySystem();
  await offer(system, 0);
  const orderId = await place(system);
  await settleAll(system);
  const ports = portsOf(system);
  expect(await fulfil(orderId, traceparent, ports)).toEqual({ kind: 'nothing to do' });
  expect(await fulfil('6c1f1c55-6f0b-5f3e-9c7a-8d6a2f4c1b9e', traceparent, ports)).toEqual({ kind: 'unknown order' });
});

test('ends cancelled with its stock, or fulfilled and in the book, when cancels, duplicates and a faulty partner race', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.nat(2), fc.boolean(), async (scheduler, loses, refused) => {
      const system = memorySystem(() => scheduler.schedule(Promise.resolve()));
      const { partner, book } = memoryPartner({ loses, refuses: () => refused, turn: system.state.turn });
      const ports = portsOf(system, { partner });
      const orderId = await scheduler.waitFor(offer(system, 4).then(() => place(system, { quantity: 2 })));
      await scheduler.waitFor(settleOrder(orderId, traceparent, system.ports));
      const cancel = () => cancelOwnOrder({ customer: 'ada', orderId, traceparent }, system.ports).catch(() => {});
      const hand = () => fulfil(orderId, traceparent, ports).catch(() => {});
      await scheduler.waitFor(Promise.all([hand(), cancel(), hand(), hand(), cancel()]));
      for (let again = 0; again < 3; again++) await scheduler.waitFor(hand());

      const state = stateOf(system, orderId);
      const accepted = book.filter((entry) => entry.state === 'accepted').length;
      expect(book.length).toBeLessThanOrEqual(1);
      expect([state, accepted, leftOf(system)]).toEqual(accepted ? ['FULFILLED', 1, 2] : ['CANCELLED', 0, 4]);
    }),
    { numRuns: 300 },
  );
});
