import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { deriveOrderId } from '../../../../functions/intake/place-order.ts';
import { traceparent } from '../../../support/memory-system.ts';
import { emptyQueue, freshCustomer, type System } from './system.ts';

const request = () => ({ v: 1 as const, orderId: deriveOrderId(freshCustomer(), 'key-00000001'), traceparent });

const fulfilment = () => ({
  v: 1 as const,
  traceparent,
  order: { orderId: deriveOrderId(freshCustomer(), 'key-00000001') },
});
const delayMs = 6_000;
/** For engines that count in whole seconds. */
const clockSlackMs = 1_000;

export function queueTests(system: () => System): void {
  test('delivers a message, and hides it from other consumers meanwhile', async () => {
    const it = system();
    await emptyQueue(it);
    const sent = request();
    await it.ports.queue.send(sent);
    const [message, ...more] = await it.backend.receive(30);
    expect(more).toEqual([]);
    expect(JSON.parse(message?.body ?? '')).toEqual(sent);
    expect(message?.delivery).toBe(1);
    expect(await it.backend.receive(30)).toEqual([]);
    await message?.done();
  });

  test('redelivers a message that was not done in time, with a higher delivery count', async () => {
    const it = system();
    await emptyQueue(it);
    await it.ports.queue.send(request());
    const [first] = await it.backend.receive(1);
    await sleep(1_200);
    const [second] = await it.backend.receive(30);
    expect(second?.body).toBe(first?.body);
    expect(second?.delivery).toBe(2);
    await second?.done();
    await sleep(1_200);
    expect(await it.backend.receive(30)).toEqual([]);
  });

  test('redelivers a failed message until it succeeds', async () => {
    const it = system();
    await emptyQueue(it);
    await it.ports.queue.send(request());
    let deliveries = 0;
    await it.backend.deliver(async () => {
      if (++deliveries < 3) throw new Error('not yet');
    });
    expect(deliveries).toBe(3);
    expect(await it.backend.deadLetterBodies()).toEqual([]);
  }, 30_000);

  test('dead-letters a poison message after its deliveries, and blocks no other message', async () => {
    const it = system();
    await emptyQueue(it);
    const [poison, good] = [request(), request()];
    await it.ports.queue.send(poison);
    await it.ports.queue.send(good);
    const seen: string[] = [];
    await it.backend.deliver(async (body) => {
      const { orderId } = JSON.parse(body) as { orderId: string };
      seen.push(orderId);
      if (orderId === poison.orderId) throw new Error('poison');
    });
    expect(seen.filter((orderId) => orderId === poison.orderId)).toHaveLength(it.backend.maxDeliveries);
    expect(seen.filter((orderId) => orderId === good.orderId)).toHaveLength(1);
    const dead = await it.backend.deadLetterBodies();
    expect(dead.map((body) => JSON.parse(body))).toEqual([poison]);
  }, 60_000);

  test('delivers a delayed request for the partner when it is due, and not before', async () => {
    const it = system();
    await it.backend.dueFulfilments();
    const [now, later] = [fulfilment(), { ...fulfilment(), waitingSince: '2026-11-27T09:00:00.000Z' }];
    const sentAt = performance.now();
    await it.ports.fulfilments.send(later, delayMs);
    await it.ports.fulfilments.send(now, 0);
    const seen: unknown[] = [];
    const look = async () => seen.push(...(await it.backend.dueFulfilments()).map((body) => JSON.parse(body)));
    await expect.poll(async () => (await look()) && seen.length, { timeout: 10_000 }).toBeGreaterThan(0);
    if (performance.now() - sentAt < delayMs) expect(seen).toEqual([now]);
    await expect.poll(async () => (await look()) && seen.length, { timeout: 20_000 }).toBe(2);
    expect(performance.now() - sentAt).toBeGreaterThan(delayMs - clockSlackMs);
    expect(seen).toEqual([now, later]);
    expect(await it.backend.dueFulfilments()).toEqual([]);
  }, 40_000);

  test('keeps the whole body of a dead letter, up to 40 KiB', async () => {
    const it = system();
    const body = `not JSON ${'x'.repeat(40 * 1024)} the end`;
    await it.ports.deadLetters.put(body, 'MALFORMED_MESSAGE');
    expect(await it.backend.deadLetterBodies()).toContain(body);
  });
}
