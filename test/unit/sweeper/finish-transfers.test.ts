import { expect, test } from 'vitest';
import type { Lender } from '../../../functions/ports/transfers.ts';
import { finishTransfers } from '../../../functions/sweeper/finish-transfers.ts';
import { memoryRegions } from '../../support/memory-regions.ts';

const fail = async (): Promise<never> => {
  throw new Error('connection reset');
};

/** Two regions, each with an unfinished transfer of four units, and a run of the sweeper. */
async function withOpenTransfers() {
  const { own, others, ports, left } = await memoryRegions([0, 8, 8]);
  for (const { name, lender } of others)
    await lender.lend({
      id: name,
      sku: 'lamp',
      to: own.name,
      wanted: 3,
      shardCount: 4,
      at: '2026-11-27T09:00:00.000Z',
    });
  const said: string[] = [];
  const run = (changes: { lenders?: readonly Lender[]; receiver?: typeof ports.receiver } = {}) =>
    finishTransfers({
      ...ports,
      ...changes,
      onFinished: ({ from }) => void said.push(`finished ${from}`),
      onUnreachable: (region) => void said.push(`unreachable ${region}`),
      onWaiting: (region) => void said.push(`waiting ${region}`),
    });
  return { others, said, run, units: () => left(own), unreachable: () => own.system.count('RegionsUnreachable') };
}

test('finishes the transfers of each region, once', async () => {
  const { said, run, units } = await withOpenTransfers();
  await run();
  await run();
  expect(said).toEqual(['finished region-1', 'finished region-2']);
  expect(units()).toBe(8);
});

test('goes on after a region that does not answer, and counts it', async () => {
  const { others, said, run, units, unreachable } = await withOpenTransfers();
  const [lost, other] = others.map(({ lender }) => lender);
  if (!lost || !other) throw new Error('there must be two');
  await run({ lenders: [{ ...lost, listOpen: fail }, other] });
  expect(said).toEqual(['unreachable region-1', 'finished region-2']);
  expect([units(), unreachable()]).toEqual([4, 1]);
});

test('does not call a region unreachable when the own stock fails, and finishes later', async () => {
  const { said, run, units, unreachable } = await withOpenTransfers();
  await run({ receiver: { receive: fail } });
  expect(said).toEqual(['waiting region-1', 'waiting region-2']);
  expect([units(), unreachable()]).toEqual([0, 0]);
  await run();
  expect(units()).toBe(8);
});
