import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { spread } from '../../../../functions/domain/stock.ts';
import { borrower } from '../../../../functions/lending/borrow.ts';
import type { Transfer } from '../../../../functions/ports/transfers.ts';
import { retryConflicts } from '../../../../functions/resilience/retry.ts';
import { found, now, offer, repeated, type System } from './system.ts';

const shardCount = 3;

/** For backends whose regions lend units to each other. One stock stands for both ends of a transfer. */
export function transferTests(system: () => System): void {
  const transfers = () => found(system().ports.transfers);
  const requestFor = (sku: string, wanted = 1) => ({
    ...{ id: randomUUID(), sku, to: `region-${randomUUID()}`, wanted, shardCount, at: now() },
  });
  async function leftOf(sku: string): Promise<number> {
    const levels = found(await system().ports.stock.snapshot(sku, shardCount));
    return levels.reduce((sum, { left }) => sum + left, 0);
  }
  const lend = (request: ReturnType<typeof requestFor>) =>
    repeated(() => retryConflicts(() => transfers().lender.lend(request), system().ports));
  const receive = (transfer: Transfer) => {
    const parts = spread(transfer.quantity, shardCount);
    return repeated(() => retryConflicts(() => transfers().receiver.receive(transfer, parts), system().ports));
  };

  test('lends half of the units, once per id, however often it is asked', async () => {
    const sku = await offer(system(), 12, { shards: shardCount });
    const request = requestFor(sku);
    const [lent, ...again] = await Promise.all([1, 2, 3].map(() => lend(request)));
    expect(lent).toMatchObject({ id: request.id, sku, to: request.to, quantity: 6, shardCount });
    for (const one of again) expect(one).toEqual(lent);
    expect(await leftOf(sku)).toBe(6);
  }, 30_000);

  test('lends the wanted units if they are more than half, then nothing, but repeats its first answer', async () => {
    const sku = await offer(system(), 5, { shards: shardCount });
    const request = requestFor(sku, 9);
    const lent = await lend(request);
    expect(lent).toMatchObject({ quantity: 5 });
    expect(await lend(requestFor(sku))).toBe('none left');
    expect(await lend(request)).toEqual(lent);
    expect(await leftOf(sku)).toBe(0);
  });

  test('lists a transfer for its region alone, until it is closed', async () => {
    const sku = await offer(system(), 8, { shards: shardCount });
    const { lender } = transfers();
    const request = requestFor(sku);
    expect(await lender.listOpen(request.to)).toEqual([]);
    const [first, second] = [await lend(request), await lend({ ...requestFor(sku), to: request.to })];
    expect(await lender.listOpen(request.to)).toEqual(expect.arrayContaining([first, second]));
    expect(await lender.listOpen('region-else')).toEqual([]);
    for (const one of [first, first, second]) if (typeof one === 'object') await lender.close(one);
    expect(await lender.listOpen(request.to)).toEqual([]);
  });

  test('receives the units of a transfer once, under concurrent repetitions', async () => {
    const sku = await offer(system(), 8, { shards: shardCount });
    const lent = await lend(requestFor(sku));
    if (typeof lent !== 'object') throw new Error('eight units were there');
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => receive(lent)));
    expect(outcomes.toSorted()).toEqual(['received', 'repeated', 'repeated', 'repeated']);
    expect(await leftOf(sku)).toBe(8);
  }, 30_000);

  test('loses and doubles no unit while several workers borrow at once', async () => {
    const sku = await offer(system(), 40, { shards: shardCount });
    const { lender, receiver } = transfers();
    const clocked = { clock: { now }, meter: system().ports.meter, pause: system().ports.pause };
    const region = `region-${randomUUID()}`;
    const ports = { ...clocked, receiver, lenders: [lender], region, newId: randomUUID };
    const borrow = borrower({ ...ports, onUnreachable: (_, error) => expect.unreachable(String(error)) });
    const arrived = await Promise.all([1, 2, 3, 4].map(() => repeated(() => borrow({ sku, shardCount, wanted: 2 }))));
    for (const units of arrived) expect(units).toBeGreaterThan(0);
    expect(await leftOf(sku)).toBe(40);
    expect(await lender.listOpen(region)).toEqual([]);
  }, 60_000);
}
