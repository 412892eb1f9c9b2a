import { expect, test } from 'vitest';
import { deadLetters, fulfilmentQueue } from '../../../functions/adapters/memory/messaging.ts';
import { type FulfilmentMessagePorts, fulfilMessage } from '../../../functions/fulfilment/messages.ts';
import { PartnerDown, PartnerFailed } from '../../../functions/ports/partner.ts';
import { RetryLater } from '../../../functions/ports/retry-later.ts';
import { offer, place, settleAll } from '../../support/actions.ts';
import { memoryPartner } from '../../support/memory-partner.ts';
import { memorySystem, traceparent } from '../../support/memory-system.ts';

const unknown = '6c1f1c55-6f0b-5f3e-9c7a-8d6a2f4c1b9e';

async function fulfilment(change: Partial<FulfilmentMessagePorts> = {}) {
  const system = memorySystem();
  await offer(system, 3);
  const orderId = await place(system);
  await settleAll(system);
  const ports: FulfilmentMessagePorts = {
    ...system.ports,
    partner: memoryPartner().partner,
    gate: { pass: (work) => work() },
    queue: fulfilmentQueue(system.state),
    deadLetters: deadLetters(system.state),
    cancellableMs: 0,
    giveUpMs: 60_000,
    random: () => 0.5,
    ...change,
  };
  const send = (body: unknown) => fulfilMessage({ body: JSON.stringify(body), messageId: 'm' }, ports);
  return { ...system, orderId, request: { v: 1, traceparent, order: { orderId } }, send };
}

const failing = (error: Error) => ({ partner: { ready: async () => {}, take: () => Promise.reject(error) } });
const down = (retryAfterMs: number) => ({
  gate: { pass: () => Promise.reject(new PartnerDown('down', retryAfterMs)) },
});

test('accepts the bus event unchanged', async () => {
  const { state, send, orderId } = await fulfilment();
  await send(state.events[0]);
  expect(state.orders.get(orderId)?.order.state).toBe('FULFILLED');
});

test('sends a delayed copy when the partner does not answer, and keeps the time of the first failure', async () => {
  const { state, send, request } = await fulfilment(failing(new PartnerFailed('503')));
  await send(request);
  const [copy] = state.fulfilments;
  expect(copy).toMatchObject({ delayMs: 1_500, request: { order: request.order } });
  await send(copy?.request);
  expect(state.fulfilments[1]?.request.waitingSince).toBe(copy?.request.waitingSince);
});

test('waits until the customer may no longer cancel, which is no wait for the partner', async () => {
  const { state, send, request } = await fulfilment({ cancellableMs: 30_000 });
  await send(request);
  const postponed = { ...request, traceparent: expect.any(String) };
  expect(state.fulfilments).toEqual([{ delayMs: expect.any(Number), request: postponed }]);
  expect(state.fulfilments[0]?.delayMs).toBeGreaterThan(0);
  expect(state.deadLetters).toEqual([]);
});

test('waits up to the time waited so far, at most a minute', async () => {
  const { state, send, request } = await fulfilment({ ...failing(new PartnerFailed('503')), giveUpMs: Infinity });
  for (const hour of ['08:59:20', '05:00:00']) await send({ ...request, waitingSince: `2026-11-27T${hour}.000Z` });
  const [short, long] = state.fulfilments.map(({ delayMs }) => delayMs);
  expect(short).toBeGreaterThan(20_000);
  expect(short).toBeLessThan(22_000);
  expect(long).toBe(31_000);
});

test('waits at least as long as the breaker demands', async () => {
  const { state, send, request } = await fulfilment(down(8_000));
  await send(request);
  expect(state.fulfilments).toMatchObject([{ delayMs: 8_000 }]);
  expect(state.orders.get(request.order.orderId)?.order.state).toBe('CONFIRMED');
});

test('dead-letters a message after the time limit, without the waiting time, so a redrive starts afresh', async () => {
  const { state, send, request } = await fulfilment(failing(new PartnerFailed('503')));
  await send({ ...request, waitingSince: '2026-11-27T08:00:00.000Z' });
  expect(state.deadLetters).toEqual([{ body: JSON.stringify(request), reason: 'PARTNER_UNREACHABLE' }]);
  expect(state.fulfilments).toEqual([]);
});

test('tries at least once, however old the message', async () => {
  const { state, send, request } = await fulfilment();
  await send({ ...request, waitingSince: '2020-01-01T00:00:00.000Z' });
  expect(state.orders.get(request.order.orderId)?.order.state).toBe('FULFILLED');
});

test.each([
  ['nonsense', { v: 7 }, 'MALFORMED_MESSAGE'],
  ['an unknown order', { v: 1, traceparent, order: { orderId: unknown } }, 'UNKNOWN_ORDER'],
])('dead-letters %s', async (_, body, reason) => {
  const { state, send } = await fulfilment();
  await send(body);
  expect(state.deadLetters).toEqual([{ body: JSON.stringify(body), reason }]);
});

test('rethrows errors not caused by the partner, so the message is redelivered', async () => {
  const { state, send, request } = await fulfilment(failing(new RetryLater('conflicts')));
  await expect(send(request)).rejects.toThrow(RetryLater);
  expect(state.fulfilments).toEqual([]);
});

test("waits as long as the partner's Retry-After asks", async () => {
  const { state, send, request } = await fulfilment(failing(new PartnerFailed('503', { retryAfterMs: 120_000 })));
  await send(request);
  expect(state.fulfilments.map(({ delayMs }) => delayMs)).toEqual([120_000]);
});

test('claims no order while the secret that signs calls cannot be read', async () => {
  const gone = { ready: () => Promise.reject(new PartnerFailed('no secret')), take: async () => 'accepted' as const };
  const { state, send, request } = await fulfilment({ partner: gone });
  await send(request);
  expect(state.orders.get(request.order.orderId)?.order.state).toBe('CONFIRMED');
  expect(state.fulfilments).toMatchObject([{ delayMs: 1_500 }]);
  expect(state.deadLetters).toEqual([]);
});
