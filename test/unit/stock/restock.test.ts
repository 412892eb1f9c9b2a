import { expect, test } from 'vitest';
import { RetryLater } from '../../../functions/ports/retry-later.ts';
import { restock } from '../../../functions/stock/restock.ts';
import { offer } from '../../support/actions.ts';
import { memorySystem } from '../../support/memory-system.ts';

const request = { sku: 'lamp', key: 'key-00000001', quantity: 5 };

const unitsOf = ({ state }: ReturnType<typeof memorySystem>) =>
  [...state.shards.values()].reduce((sum, { left }) => sum + left, 0);

test('supplies every unit, spread over the shards', async () => {
  const system = memorySystem();
  await offer(system, 0);
  await restock(request, system.ports);
  expect(unitsOf(system)).toBe(5);
  expect(await system.ports.products.find('lamp')).toMatchObject({ supplied: 5 });
});

test('answers a repeat like the first, and adds nothing', async () => {
  const system = memorySystem();
  await offer(system, 0);
  const first = await restock(request, system.ports);
  expect(await restock(request, system.ports)).toEqual(first);
  expect(unitsOf(system)).toBe(5);
});

test('rejects a key that was used for another quantity', async () => {
  const system = memorySystem();
  await offer(system, 0);
  await restock(request, system.ports);
  const other = restock({ ...request, quantity: 6 }, system.ports);
  await expect(other).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
  expect(unitsOf(system)).toBe(5);
});

test('never answers a supply that conflicts to the end', async () => {
  const system = memorySystem();
  await offer(system, 0);
  const stock = { ...system.ports.stock, supply: async () => ({ kind: 'conflict' }) as const };
  await expect(restock(request, { ...system.ports, stock })).rejects.toThrow(RetryLater);
});
