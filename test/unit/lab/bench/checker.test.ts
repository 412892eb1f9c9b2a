import { expect, test } from 'vitest';
import { formatChecker, isWithin } from '../../../../scripts/lab/bench/checker.ts';
import { buildLargeSale } from '../../../../scripts/lab/bench/large-sale.ts';
import { checkInvariants, holds } from '../../../../scripts/sale/check/invariants.ts';
import type { Snapshot } from '../../../../scripts/sale/check/snapshot.ts';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

/** A large sale in which every order has a dead letter as well. */
function largeSale(orders: number) {
  const { snapshot, clients } = buildLargeSale(orders);
  const deadLetters = snapshot.orders.map(({ orderId }) => ({
    step: 'settlement' as const,
    body: JSON.stringify({ v: 1, orderId, traceparent }),
  }));
  return { snapshot: { ...snapshot, deadLetters, published: snapshot.events }, clients };
}

test('the large sale breaks nothing; I6 was not tried', () => {
  const { snapshot, clients } = largeSale(400);
  const broken = checkInvariants(snapshot, clients).filter((verdict) => !holds(verdict));
  expect(broken).toMatchObject([{ id: 'I6', checked: 0, violations: [] }]);
});

/** How many elements of the snapshot's lists the checker reads. */
function countReads(orders: number): number {
  const { snapshot, clients } = largeSale(orders);
  let reads = 0;
  const counted = <List extends object>(list: List): List =>
    new Proxy(list, {
      get(target, name, receiver) {
        if (typeof name === 'string' && /^\d+$/.test(name)) reads++;
        return Reflect.get(target, name, receiver);
      },
    });
  const lists = Object.entries(snapshot).map(([name, value]) => [name, Array.isArray(value) ? counted(value) : value]);
  checkInvariants(Object.fromEntries(lists) as Snapshot, { ...clients, accepted: counted(clients.accepted) });
  return reads;
}

test('reads each row a constant number of times, however many there are', () => {
  const [few, many] = [countReads(200), countReads(800)];
  expect(few).toBeGreaterThan(200);
  expect(many / few).toBeLessThan(4.2);
});

test('is beyond its limits when it is slow, large or wrong', () => {
  const run = { orders: 1, rows: 1, seconds: 1, elapsedSeconds: 2, megabytes: 400, violations: 0 };
  expect(isWithin(run)).toBe(true);
  for (const worse of [{ seconds: 3.1, elapsedSeconds: 3.1 }, { megabytes: 501 }, { violations: 1 }]) {
    expect(isWithin({ ...run, ...worse })).toBe(false);
    expect(formatChecker({ ...run, ...worse })).toContain('FAILED');
  }
});
