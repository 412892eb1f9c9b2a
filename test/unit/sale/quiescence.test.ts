import { expect, test } from 'vitest';
import type { Snapshot } from '../../../scripts/sale/check/snapshot.ts';
import { untilQuiet } from '../../../scripts/sale/quiescence.ts';
import { offer, place, settleAll } from '../../support/actions.ts';
import { memorySystem, snapshotOf } from '../../support/memory-system.ts';

const pauseMs = 40;
const withinMs = 150;

/** Stores where each read returns the next snapshot, and then always the last one. */
const fakeStores = (readings: readonly Snapshot[]) => {
  let next = 0;
  const read = async () => readings[Math.min(next++, readings.length - 1)] as Snapshot;
  return { pauseMs, read, readDeadLetters: async () => [] };
};

/** Snapshots of a sale of eight orders, from none settled to all. */
async function settlingSale(): Promise<Snapshot[]> {
  const system = memorySystem();
  await offer(system, 8);
  const orderIds: string[] = [];
  for (let index = 0; index < 8; index++) {
    orderIds.push(await place(system, { idempotencyKey: `key-0000000${index}` }));
  }
  const before = snapshotOf(system.state);
  await settleAll(system);
  const { orders, events, counted } = snapshotOf(system.state);
  return [...orderIds.keys(), 8].map((settled) => ({
    ...before,
    orders: [...orders.slice(0, settled), ...before.orders.slice(settled)],
    events: events.slice(0, settled),
    counted: counted.slice(0, settled),
  }));
}

test('keeps waiting while something changes, even beyond its time limit in total', async () => {
  const { quiet, snapshot } = await untilQuiet(fakeStores(await settlingSale()), 0, { withinMs });
  expect(quiet).toBe(true);
  expect(snapshot.counted).toHaveLength(8);
});

test('gives up when nothing changes for its time limit', async () => {
  const stuck = (await settlingSale()).slice(0, 4);
  const { quiet, snapshot } = await untilQuiet(fakeStores(stuck), 0, { withinMs });
  expect(quiet).toBe(false);
  expect(snapshot.counted).toHaveLength(3);
});
