import { expect, test, vi } from 'vitest';
import type { Need } from '../../../functions/lending/borrow.ts';
import { RetryLater } from '../../../functions/ports/retry-later.ts';
import { settleOrders } from '../../../functions/settlement/settle-batch.ts';
import { settleOrder } from '../../../functions/settlement/settle-order.ts';
import { place } from '../../support/actions.ts';
import { memoryGroupLedger } from '../../support/group-ledger.ts';
import { memoryRegions } from '../../support/memory-regions.ts';
import { traceparent } from '../../support/memory-system.ts';

async function sale(units: readonly number[]) {
  const regions = await memoryRegions(units);
  const { system } = regions.own;
  const { ledger } = memoryGroupLedger(system, []);
  const borrow = vi.fn(regions.borrowWith());
  const ports = { ...system.ports, ledger, glances: system.ports.orders, requireTime: () => {}, borrow };
  return { ...regions, system, borrow, ports };
}

async function placeMany(system: Awaited<ReturnType<typeof sale>>['system'], orders: number, quantity = 1) {
  const ids: string[] = [];
  for (let index = 0; index < orders; index++)
    ids.push(await place(system, { idempotencyKey: `key-${String(index).padStart(8, '0')}`, quantity }));
  return ids.map((orderId) => ({ orderId, traceparent }));
}

const valuesOf = (settled: ReadonlyMap<string, PromiseSettledResult<string>>) =>
  [...settled.values()].map((result) => (result.status === 'fulfilled' ? result.value : result.reason));
const countOf = (values: readonly unknown[], value: string) => values.filter((one) => one === value).length;

test('serves a batch from units of another region', async () => {
  const { system, ports, borrow } = await sale([0, 40]);
  const settled = valuesOf(await settleOrders(await placeMany(system, 12), ports));
  expect(countOf(settled, 'confirmed')).toBe(12);
  expect(borrow).toHaveBeenCalledTimes(1);
});

test('asks no region while the own stock is enough', async () => {
  const { system, ports, borrow } = await sale([40, 40]);
  await settleOrders(await placeMany(system, 12), ports);
  expect(borrow).not.toHaveBeenCalled();
});

test('rejects only what all regions together cannot serve', async () => {
  const { system, ports, left, own, others } = await sale([3, 6]);
  const settled = valuesOf(await settleOrders(await placeMany(system, 12), ports));
  expect([countOf(settled, 'confirmed'), countOf(settled, 'rejected')]).toEqual([9, 3]);
  expect([left(own), ...others.map(left)]).toEqual([0, 0]);
});

test('one order alone is served from another region as well', async () => {
  const { system, ports } = await sale([1, 6]);
  const [order] = await placeMany(system, 1, 5);
  expect(await settleOrder(order?.orderId ?? '', traceparent, ports)).toBe('confirmed');
});

test('one order alone is rejected when no region has its units', async () => {
  const { system, ports } = await sale([1, 2]);
  const [order] = await placeMany(system, 1, 5);
  expect(await settleOrder(order?.orderId ?? '', traceparent, ports)).toBe('rejected');
});

test('neither confirms nor rejects while units are under way', async () => {
  const { system, ports } = await sale([0, 6]);
  const borrow = async (_need: Need): Promise<number> => {
    throw new RetryLater('units wait in a transfer');
  };
  const orders = await placeMany(system, 3);
  const settled = valuesOf(await settleOrders(orders, { ...ports, borrow }));
  expect(settled).toEqual(Array(3).fill(expect.any(RetryLater)));
  const [order] = orders;
  await expect(settleOrder(order?.orderId ?? '', traceparent, { ...ports, borrow })).rejects.toThrow(RetryLater);
  expect(countOf(valuesOf(await settleOrders(orders, ports)), 'confirmed')).toBe(3);
});
