import { expect, test } from 'vitest';
import { leases } from '../../../functions/adapters/memory/lease.ts';
import type { Lease } from '../../../functions/ports/lease.ts';
import { runAlone } from '../../../functions/resilience/lease.ts';

const leaseMs = 1_000;
const parts = (holder: string, store: ReturnType<typeof leases>['store'], now: () => number) => ({
  name: 'sweeper',
  holder,
  store,
  clock: { now: () => new Date(now()).toISOString() },
  leaseMs,
});

test('runs all steps, then lets the next holder start at once', async () => {
  const { store } = leases();
  const tokens: number[] = [];
  for (const holder of ['one', 'other']) {
    let steps = 3;
    const step = async (lease: Lease) => {
      tokens.push(lease.token);
      return --steps > 0;
    };
    expect(
      await runAlone(
        parts(holder, store, () => 1_000),
        step,
      ),
    ).toBe(true);
  }
  expect(tokens).toEqual([1, 1, 1, 2, 2, 2]);
});

test('does nothing while another holder has the lease', async () => {
  const { store } = leases();
  await store.take('sweeper', 'other', 1_000, leaseMs);
  const never = async () => Promise.reject(new Error('began'));
  expect(
    await runAlone(
      parts('one', store, () => 1_999),
      never,
    ),
  ).toBe(false);
});

test('takes over from a dead holder once the lease has expired', async () => {
  const { store } = leases();
  await store.take('sweeper', 'dead', 1_000, leaseMs);
  expect(
    await runAlone(
      parts('one', store, () => 2_000),
      async () => false,
    ),
  ).toBe(true);
});

test('stops a holder that resumes after its lease expired, and rejects its writes', async () => {
  const { store, notes } = leases();
  let now = 1_000;
  const late = runAlone(
    parts('late', store, () => now),
    async (lease) => {
      now += 5_000;
      const other = await store.take('sweeper', 'other', now, leaseMs);
      expect(await notes.write('position', 'of the other', other as Lease)).toBe(true);
      expect(await notes.write('position', 'of the late one', lease)).toBe(false);
      return true;
    },
  );
  expect(await late).toBe(false);
  expect(await notes.read('position')).toBe('of the other');
});
