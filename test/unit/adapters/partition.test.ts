import fc from 'fast-check';
import { expect, test } from 'vitest';
import { memoryPartitions } from '../../../functions/adapters/memory/partition-store.ts';
import { listAsOpen } from '../../../functions/adapters/single-partition/open-orders.ts';
import { orderRow } from '../../../functions/adapters/single-partition/rows.ts';
import { openBucketOf } from '../../../functions/domain/open-order.ts';
import { cancelOwnOrder } from '../../../functions/intake/cancel-order.ts';
import { orderIdOf } from '../../../functions/intake/place-order.ts';
import type { OrderPosition } from '../../../functions/ports/orders.ts';
import { RetryLater } from '../../../functions/ports/retry-later.ts';
import { settleOrder } from '../../../functions/settlement/settle-order.ts';
import { restock } from '../../../functions/stock/restock.ts';
import { checkInvariants, holds } from '../../../scripts/sale/check/invariants.ts';
import { partitionPorts, snapshotOfPartitions, sweepProduct } from '../../../scripts/sale/single-partition-system.ts';
import { offer, place } from '../../support/actions.ts';
import { memorySystem, traceparent } from '../../support/memory-system.ts';

function partitionSystem(turn?: (call: string) => Promise<void>) {
  const memory = memorySystem();
  const { store, partitions } = memoryPartitions(turn);
  return { ...memory, store, partitions, ports: { ...memory.ports, ...partitionPorts(store) } };
}

type System = ReturnType<typeof partitionSystem>;

const leftOf = (system: System) =>
  snapshotOfPartitions(system.partitions).shards.reduce((sum, shard) => sum + shard.left, 0);

async function broken(system: System, accepted: readonly string[]) {
  await sweepProduct(system.store, 'lamp', system.ports);
  const snapshot = { ...snapshotOfPartitions(system.partitions), deadLetters: [] };
  const clients = {
    accepted: accepted.map((orderId) => ({ customer: 'ada', key: orderId, orderId })),
    foreignAttempts: 1,
    foreignAnswers: [],
  };
  return checkInvariants(snapshot, clients).filter((verdict) => !holds(verdict));
}

test('confirms on the home shard, with the event in the same partition; the order row follows by the relay', async () => {
  const system = partitionSystem();
  await offer(system, 10, { shards: 1 });
  const orderId = await place(system, { quantity: 3 });
  expect(await settleOrder(orderId, traceparent, system.ports)).toBe('confirmed');
  expect(system.partitions.get(`ORDER|${orderId}`)?.get('ORDER')?.value).toMatchObject({ order: { state: 'PENDING' } });
  expect(await system.ports.orders.find(orderId)).toMatchObject({ state: 'CONFIRMED', version: 2 });
  expect(await broken(system, [orderId])).toEqual([]);
  expect(system.partitions.get(`ORDER|${orderId}`)?.get('ORDER')?.value).toMatchObject({
    order: { state: 'CONFIRMED' },
  });
});

test('lists an open order until the relay hands on its end', async () => {
  const system = partitionSystem();
  await offer(system, 0, { shards: 1 });
  const orderId = await place(system);
  const bucket = openBucketOf(orderId);
  const listed = async () => (await system.ports.open.list(bucket, '9', 10)).orders.map((order) => order.orderId);
  expect(await settleOrder(orderId, traceparent, system.ports)).toBe('rejected');
  expect(await listed()).toEqual([orderId]);
  await sweepProduct(system.store, 'lamp', system.ports);
  expect(system.partitions.get(`OPENORDER|${bucket}`)?.size).toBe(0);
});

test('drops from the list of open orders what crashes left there: no order, one of another time, one that ended', async () => {
  const system = partitionSystem();
  await offer(system, 0, { shards: 1 });
  const orderId = await place(system);
  const bucket = openBucketOf(orderId);
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

/** An order of nobody. */
function idIn(bucket: number): string {
  for (let n = 0; ; n++) {
    const orderId = orderIdOf('nobody', `key-${n}`);
    if (openBucketOf(orderId) === bucket) return orderId;
  }
}

test('a late twin that still believes in the old home finds the tombstone there', async () => {
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
  // The twin has read the order row, and the decision row that is not there yet; then it sleeps.
  let reads = 0;
  let wake = () => {};
  const asleep = new Promise<void>((resolve) => {
    wake = resolve;
  });
  const twinStore = {
    ...system.store,
    read: async (partition: string, key: string) => {
      const found = await system.store.read(partition, key);
      if (++reads === 2) await asleep;
      return found;
    },
  };
  const twin = confirmOn(row.home.shard, { ...system.ports, ...partitionPorts(twinStore) });
  expect(await confirmOn(other)).toBe('committed');
  wake();
  expect(await twin).toBe('conflict');
  expect(leftOf(system)).toBe(3);
});

test('gathers fragments on one shard when no single one can serve an order', async () => {
  const system = partitionSystem();
  await offer(system, 4);
  const orderId = await place(system, { quantity: 3 });
  expect(await settleOrder(orderId, traceparent, system.ports)).toBe('confirmed');
  expect(leftOf(system)).toBe(1);
  expect(await broken(system, [orderId])).toEqual([]);
});

test('a restock that died half way is finished by its repetition, or by the timer', async () => {
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
    expect(leftOf(system)).toBe(12);
    expect(snapshotOfPartitions(system.partitions).products).toMatchObject([{ supplied: 12 }]);
  }
});

test('safe in every interleaving of settlements, cancels and a restock', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 0, max: 6 }),
      async (scheduler, quantities, units) => {
        let free = true;
        const system = partitionSystem(async () => (free ? undefined : scheduler.schedule(Promise.resolve())));
        await offer(system, units, { shards: 3 });
        const ids: string[] = [];
        for (const [i, quantity] of quantities.entries()) {
          ids.push(await place(system, { idempotencyKey: `key-0000000${i}`, quantity }));
        }
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
        // A gain of stock is stamped before it lands, so I7 needs a look at every write: the simulation has it.
        expect((await broken(system, ids)).filter(({ id }) => id !== 'I7')).toEqual([]);
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
