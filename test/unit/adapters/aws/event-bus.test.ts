import { expect, test } from 'vitest';
import { eventBridge } from '../../../../functions/adapters/aws/clients/eventbridge-client.ts';
import { eventBus } from '../../../../functions/adapters/aws/event-bus.ts';
import { type OrderEvent, toOrderEvent } from '../../../../functions/contracts/order-event.ts';
import { placeOrder, rejectOrder } from '../../../../functions/domain/order.ts';
import { traceparent } from '../../../support/memory-system.ts';
import { script } from '../../../support/scripted-client.ts';

const at = '2026-11-27T09:00:00.000Z';
const item = { customer: 'ada', sku: 'lamp', quantity: 1, unitPrice: 1, currency: 'EUR' as const, shardCount: 1 };
const idOf = (number: number) => `6c1f1c55-6f0b-5f3e-9c7a-${String(number).padStart(12, '0')}`;
const eventNumber = (number: number): OrderEvent =>
  toOrderEvent(rejectOrder(placeOrder({ ...item, orderId: idOf(number) }, at), at), traceparent);
const events = (count: number) => Array.from({ length: count }, (_, number) => eventNumber(number));

interface Put {
  readonly Entries: readonly { readonly Detail: string; readonly Time: Date }[];
}

const idsOf = ({ Entries }: Put) => Entries.map(({ Detail }) => (JSON.parse(Detail) as OrderEvent).order.orderId);
const accept = ({ Entries }: Put) => ({ FailedEntryCount: 0, Entries: Entries.map(() => ({ EventId: '1' })) });
const refuse =
  (...numbers: number[]) =>
  (put: Put) => {
    const refused = numbers.map(idOf);
    const Entries = idsOf(put).map((id) => (refused.includes(id) ? { ErrorCode: 'Throttled' } : { EventId: '1' }));
    return { FailedEntryCount: refused.length, Entries };
  };

test('publishes at most ten events in a call', async () => {
  const calls = script<Put>(eventBridge, accept);
  expect(await eventBus('bus').publish(events(25))).toEqual([]);
  expect(calls.map(({ Entries }) => Entries.length)).toEqual([10, 10, 5]);
});

test('sends only the refused events again, whatever their position in the call', async () => {
  const calls = script<Put>(eventBridge, refuse(0, 2), accept);
  expect(await eventBus('bus').publish(events(4))).toEqual([]);
  expect(calls.map(idsOf)).toEqual([[0, 1, 2, 3].map(idOf), [0, 2].map(idOf)]);
});

test('sends the refused events of every call again', async () => {
  const calls = script<Put>(eventBridge, refuse(3, 12, 24), refuse(3, 12, 24), refuse(3, 12, 24), accept);
  expect(await eventBus('bus').publish(events(25))).toEqual([]);
  expect(calls.slice(3).map(idsOf)).toEqual([[3, 12, 24].map(idOf)]);
});

test('returns the events that the bus refused three times', async () => {
  const calls = script<Put>(eventBridge, refuse(1));
  const [, second] = events(3);
  expect(await eventBus('bus').publish(events(3))).toEqual([second]);
  expect(calls).toHaveLength(3);
});
