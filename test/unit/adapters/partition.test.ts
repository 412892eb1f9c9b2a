import fc from 'fast-check';
import { expect, test } from 'vitest';
import { memoryPartitions } from '../../../functions/adapters/memory/partition-store.ts';
import { listAsOpen } from '../../../functions/adapters/single-partition/open-orders.ts';
import { orderRow } from '../../../functions/adapters/single-partition/rows.ts';
import { sweepProduct as sweepOneProduct } from '../../../functions/adapters/single-partition/sweep.ts';
import { toOpenBucket } from '../../../functions/domain/open-order.ts';
import { cancelOwnOrder } from '../../../functions/intake/cancel-order.ts';
import { deriveOrderId } from '../../../functions/intake/place-order.ts';
import type { OrderPosition } from '../../../functions/ports/orders.ts';
import { RetryLater } from '../../../functions/ports/retry-later.ts';
import { settleOrder } from '../../../functions/settlement/settle-order.ts';
import { restock } from '../../../functions/stock/restock.ts';
import { checkInvariants, holds } from '../../../scripts/sale/check/invariants.ts';
import type { AcceptedRecord } from '../../../scripts/sale/check/snapshot.ts';
import { partitionPorts, sweepProduct, toSnapshot } from '../../../scripts/sale/single-partition-system.ts';
import { accept, offer, place } from '../../support/actions.ts';
import { memorySystem, traceparent } from '../../support/memory-system.ts';

function partitionSystem(turn?: (call: string) => Promise<void>) {
  const memory = memorySystem();
  const { store, partitions } = memoryPartitions(turn);
  return { ...memory, store, partitions, ports: { ...memory.ports, ...partitionPorts(store) } };
}

type System = ReturnType<typeof partitionSystem>;

const sumLeft = (system: System) => toSnapshot(system.partitions).shards.reduce((sum, shard) => sum + shard.left, 0);

async function findViolations(system: System, accepted: readonly AcceptedRecord[]) {
  await sweepProduct(system.store, 'lamp', system.ports);
  const snapshot = { ...toSnapshot(system.partitions), deadLetters: [] };
  const verdicts = checkInvariants(snapshot, { accepted, foreignAttempts: 0, foreignAnswers: [] });
  // No customer here reads another's orders.
  return verdicts.filter((verdict) => verdict.id !== 'I6' && !holds(verdict));
}

test('confirms on the home shard; the relay updates the order row', async () => {
  const system = partitionSystem();
  await offer(system, 10, { shards: 1 });
  const placed = await accept(system, { quantity: 3 });
  const { orderId } = placed;
  expect(await settleOrder(orderId, traceparent, system.ports)).toBe('confirmed');
  expect(system.partitions.get(`ORDER|${orderId}`)?.get('ORDER')?.value).toMatchObject({ order: { state: 'PENDING' } });
  expect(await system.ports.orders.find(orderId)).toMatchObject({ state: 'CONFIRMED', version: 2 });
  expect(await findViolations(system, [placed])).toEqual([]);
  expect(system.partitions.get(`ORDER|${orderId}`)?.get('ORDER')?.value).toMatchObject({
    order: { state: 'CONFIRMED' },
  });
});

test('lists an open order until the relay hands its final event over', async () => {
  const system = partitionSystem();
  await offer(system, 0, { shards: 1 });
  const orderId = await place(system);
  const bucket = toOpenBucket(orderId);
  const listed = async () => (await system.ports.open.list(bucket, '9', 10)).orders.map((order) => order.orderId);
  expect(await settleOrder(orderId, traceparent, system.ports)).toBe('rejected');
  expect(await listed()).toEqual([orderId]);
  await sweepProduct(system.store, 'lamp', system.ports);
  expect(system.partitions.get(`OPENORDER|${bucket}`)?.size).toBe(0);
});

test('removes what crashes left in the list of open orders: unknown, of another time, or final', async () => {
  const system = partitionSystem();
  await offer(system, 0, { shards: 1 });
  const orderId = await place(system);
  const bucket = toOpenBucket(orderId);
  const { acceptedAt } = (await system.ports.orders.find(orderId)) ?? expect.unreachable('it was placed');
  const rows = () => system.partitions.get(`OPENORDER|${bucket}`)?.size;
  const listAgain = async (position: OrderPosition) => listAsOpen(system.store, position);
  const stranger = idIn(bucket);
  await listAgain({ acceptedAt, orderId: stranger });
  await listAgain({ acceptedAt: '2026-11-27T08:00:00.000Z', orderId });
  expect(rows()).toBe(3);
  expect(await system.ports.open.list(bucket, '9', 10)).toEqual({ orders: [{ acceptedAt, orderId }] });
  expect(rows()).toBe(1);

  await settleOrder(orderId, traceparent, system.ports);
  await sweepProduct(system.store, 'lamp', system.ports);
  await listAgain({ acceptedAt, orderId });
  expect(await system.ports.open.list(bucket, '9', 10)).toEqual({ orders: [] });
  expect(rows()).toBe(0);
});

/** The id of an order that does not exist, in the bucket. */
function idIn(bucket: number): string {
  for (let n = 0; ; n++) {
    const orderId = deriveOrderId('nobody', `key-${n}`);
    if (toOpenBucket(orderId) === bucket) return orderId;
  }
}

test('says why an event is still in the outbox', async () => {
  const system = partitionSystem();
  await offer(system, 1, { shards: 1 });
  await settleOrder(await place(system), traceparent, system.ports);
  const gone = async () => Promise.reject(new Error('gone'));
  await expect(sweepOneProduct(system.store, 'lamp', gone)).rejects.toMatchObject({
    message: 'product lamp needs another sweep',
    cause: { message: '1 events of lamp are still in the outbox', cause: { message: 'gone' } },
  });
});

test('stops a late duplicate at the tombstone in the old home', async () => {
  const system = partitionSystem();
  await offer(system, 4);
  const orderId = await place(system);
  const before = await system.ports.orders.find(orderId);
  const row = orderRow.parse(system.partitions.get(`ORDER|${orderId}`)?.get('ORDER')?.value);
  const other = row.home.shard === 0 ? 1 : 0;
  if (!before) throw new Error('the order was placed');
  const confirmOn = async (shard: number, ports = system.ports) => {
    const after = { ...before, state: 'CONFIRMED' as const, version: 2, allocation: [{ shard, quantity: 1 }] };
    return ports.ledger.commit({ before, after, event: { v: 1, type: 'OrderConfirmed', traceparent, order: after } });
  };
  // The duplicate reads the order row and the missing decision row; then it sleeps.
  let reads = 0;
  let wake = () => {};
  const asleep = new Promise<void>((resolve) => {
    wake = resolve;
  });
  const sleepingStore = {
    ...system.store,
    read: async (partition: string, key: string) => {
      const found = await system.store.read(partition, key);
      if (++reads === 2) await asleep;
      return found;
    },
  };
  const duplicate = confirmOn(row.home.shard, { ...system.ports, ...partitionPorts(sleepingStore) });
  expect(await confirmOn(other)).toBe('committed');
  wake();
  expect(await duplicate).toBe('conflict');
  expect(sumLeft(system)).toBe(3);
});

test('gathers fragments on one shard when no single shard can serve an order', async () => {
  const system = partitionSystem();
  await offer(system, 4);
  const placed = await accept(system, { quantity: 3 });
  const { orderId } = placed;
  expect(await settleOrder(orderId, traceparent, system.ports)).toBe('confirmed');
  expect(sumLeft(system)).toBe(1);
  expect(await findViolations(system, [placed])).toEqual([]);
});

test('completes an interrupted restock by its repetition, or by the timer', async () => {
  for (const finish of ['repetition', 'timer']) {
    const system = partitionSystem();
    await offer(system, 4);
    const dying = { ...system.store };
    let writes = 0;
    dying.write = async (...call) => {
      if (++writes === 3) throw new Error('killed');
      return system.store.write(...call);
    };
    const request = { sku: 'lamp', key: 'restock-1', quantity: 8 };
    await expect(restock(request, { ...system.ports, ...partitionPorts(dying) })).rejects.toThrow('killed');
    if (finish === 'repetition') await restock(request, system.ports);
    else await sweepProduct(system.store, 'lamp', system.ports);
    expect(sumLeft(system)).toBe(12);
    expect(toSnapshot(system.partitions).products).toMatchObject([{ supplied: 12 }]);
  }
});

test('holds every invariant in all interleavings of settlements, cancels and a restock', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 0, max: 6 }),
      async (scheduler, quantities, units) => {
        let free = true;
        const system = partitionSystem(async () => (free ? undefined : scheduler.schedule(Promise.resolve())));
        await offer(system, units, { shards: 3 });
        const placed: AcceptedRecord[] = [];
        for (const [i, quantity] of quantities.entries()) {
          placed.push(await accept(system, { idempotencyKey: `key-0000000${i}`, quantity }));
        }
        const ids = placed.map(({ orderId }) => orderId);
        free = false;
        const [first = ''] = ids;
        const settle = () => ids.map((id) => settleOrder(id, traceparent, system.ports));
        const rivals = [
          ...settle(),
          ...settle(),
          cancelOwnOrder({ customer: 'ada', orderId: first, traceparent }, system.ports),
          restock({ sku: 'lamp', key: 'restock-1', quantity: 2 }, system.ports),
        ];
        await scheduler.waitFor(Promise.allSettled(rivals).then(rethrow));
        free = true;
        for (const id of ids) await settleOrder(id, traceparent, system.ports);
        // A gain of stock is stamped before it is written, so I7 needs to see every write: the simulation does.
        expect((await findViolations(system, placed)).filter(({ id }) => id !== 'I7')).toEqual([]);
      },
    ),
    { numRuns: 200 },
  );
});

function rethrow(results: readonly PromiseSettledResult<unknown>[]): void {
  for (const result of results) {
    if (result.status === 'rejected' && !(result.reason instanceof RetryLater) && result.reason.name !== 'ProblemError')
      throw result.reason;
  }
}
