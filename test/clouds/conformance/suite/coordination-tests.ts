import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { type BreakerSettings, closed, opened, probing } from '../../../../functions/domain/breaker.ts';
import { CircuitOpen, circuitBreaker } from '../../../../functions/resilience/circuit-breaker.ts';
import { found, repeated, type System } from './system.ts';

const settings: BreakerSettings = {
  windowMs: 1_000,
  failures: 1,
  failureShare: 0.5,
  openMs: 1_000,
  probeMs: 60_000,
  refreshMs: 0,
};
const fresh = (what: string) => `${what}-${randomUUID().slice(0, 8)}`;
const now = 1_000_000;

export function coordinationTests(system: () => System): void {
  test('finds no breaker before the first write, and the written one afterwards', async () => {
    const { breakers } = system().ports;
    const name = fresh('partner');
    expect(await breakers.read(name)).toBeUndefined();
    const open = opened(undefined, now, settings);
    expect(await breakers.replace(name, undefined, open)).toBe(true);
    expect(await breakers.read(name)).toEqual(open);
    expect(await breakers.read(fresh('another'))).toBeUndefined();
  });

  test('replaces a breaker only from its stored version', async () => {
    const { breakers } = system().ports;
    const name = fresh('partner');
    const open = opened(undefined, now, settings);
    await breakers.replace(name, undefined, open);
    expect(await breakers.replace(name, undefined, opened(undefined, now + 1, settings))).toBe(false);
    const probe = probing(open, now, settings);
    expect(await breakers.replace(name, open, probe)).toBe(true);
    expect(await breakers.replace(name, open, closed(open))).toBe(false);
    expect(await breakers.read(name)).toEqual(probe);
  });

  test('lets one of 20 concurrent environments probe', async () => {
    const it = system();
    const { breakers } = it.ports;
    const name = fresh('partner');
    await breakers.replace(name, undefined, opened(undefined, 0, settings));
    const { promise: allAsked, resolve: finish } = Promise.withResolvers<void>();
    let probes = 0;
    const environment = () => {
      const guard = circuitBreaker({
        ...{ name, settings, store: breakers, meter: it.ports.meter },
        clock: { now: () => new Date(now).toISOString() },
        says: () => 'down',
        onTransition: () => {},
        onStoreFailure: (error) => expect.unreachable(String(error)),
      });
      // The probe does not end before all environments have asked.
      return guard(async () => {
        probes++;
        await allAsked;
      });
    };
    const asked = Array.from({ length: 20 }, environment);
    const refused = asked.map((one) => one.then(() => 'passed', refusedBy));
    await expect.poll(async () => (await readSettled(refused)).length, { timeout: 30_000 }).toBe(19);
    finish();
    expect((await Promise.all(refused)).toSorted()).toEqual(['passed', ...Array(19).fill('refused')]);
    expect(probes).toBe(1);
    expect(await breakers.read(name)).toMatchObject({ state: 'CLOSED', version: 3 });
  }, 40_000);

  test('grants a lease to one of 20 concurrent takers, with a higher token each time', async () => {
    const { leases } = system().ports;
    const name = fresh('sweeper');
    const tokens: number[] = [];
    for (const round of [0, 1, 2]) {
      const asked = Array.from({ length: round === 0 ? 20 : 4 }, (_, index) =>
        repeated(() => leases.take(name, `holder-${index}`, now + round * 1_000, 1_000)),
      );
      const taken = (await Promise.all(asked)).filter((lease) => lease !== undefined);
      expect(taken).toHaveLength(1);
      expect(taken[0]).toMatchObject({ name, expiresAt: now + (round + 1) * 1_000 });
      tokens.push(...taken.map(({ token }) => token));
    }
    expect(tokens).toEqual([1, 2, 3]);
  }, 40_000);

  test('lets the holder of a lease renew and release it, and an overtaken holder do neither', async () => {
    const { leases } = system().ports;
    const name = fresh('sweeper');
    const first = found(await leases.take(name, 'first', now, 1_000));
    const renewed = found(await leases.renew(first, now + 500, 1_000));
    expect(renewed).toEqual({ ...first, expiresAt: now + 1_500 });
    expect(await leases.take(name, 'second', now + 1_000, 1_000)).toBeUndefined();
    await leases.release(renewed);
    const second = found(await leases.take(name, 'second', now + 600, 1_000));
    expect(second.token).toBe(first.token + 1);
    expect(await leases.renew(renewed, now + 700, 1_000)).toBeUndefined();
    await leases.release(renewed);
    expect(await leases.take(name, 'third', now + 700, 1_000)).toBeUndefined();
  });

  test('writes a note only with the fence of the latest holder', async () => {
    const { leases, notes } = system().ports;
    const [name, key] = [fresh('sweeper'), fresh('note')];
    const first = found(await leases.take(name, 'first', now, 1_000));
    expect(await notes.read(key)).toBeUndefined();
    expect(await notes.write(key, 'one', first)).toBe(true);
    expect(await notes.write(key, 'two', first)).toBe(true);
    // The first holder pauses, and resumes too late.
    const second = found(await leases.take(name, 'second', now + 1_000, 1_000));
    expect(await notes.write(key, 'late', first)).toBe(false);
    expect(await notes.read(key)).toBe('two');
    expect(await notes.write(key, 'three', second)).toBe(true);
    expect(await notes.read(key)).toBe('three');
    expect(await leases.renew(second, now + 1_500, 1_000)).toMatchObject({ token: second.token });
  });
}

function refusedBy(error: unknown): string {
  if (!(error instanceof CircuitOpen)) throw error;
  return 'refused';
}

/** The results so far. */
async function readSettled(promises: readonly Promise<string>[]): Promise<readonly string[]> {
  const pending = 'pending';
  const states = await Promise.all(promises.map((one) => Promise.race([one, Promise.resolve(pending)])));
  return states.filter((state) => state !== pending);
}
