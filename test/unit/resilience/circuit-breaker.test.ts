import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { breakerStore } from '../../../functions/adapters/memory/breaker.ts';
import type { BreakerSettings } from '../../../functions/domain/breaker.ts';
import type { BreakerStore } from '../../../functions/ports/breaker.ts';
import type { Counter } from '../../../functions/ports/runtime.ts';
import { CircuitOpen, circuitBreaker, type Guard } from '../../../functions/resilience/circuit-breaker.ts';

const settings: BreakerSettings = {
  windowMs: 10_000,
  failures: 5,
  failureShare: 0.5,
  openMs: 10_000,
  probeMs: 5_000,
  refreshMs: 1_000,
};

let now: number;
let writes: number;
let reads: number;
let counts: Map<Counter, number>;
let transitions: string[];
let storeFailures: number;
beforeEach(() => {
  [now, writes, reads, storeFailures] = [Date.parse('2026-11-27T09:00:00.000Z'), 0, 0, 0];
  [counts, transitions] = [new Map(), []];
});
const count = (name: Counter) => counts.get(name) ?? 0;

class Down extends Error {
  retryAfterMs = 0;
}
class NotAsked extends Error {}
const up = async () => 'answer';
const down = async () => {
  throw new Down();
};

function counted(store: BreakerStore): BreakerStore {
  return {
    read: (name) => {
      reads++;
      return store.read(name);
    },
    replace: (...args) => {
      writes++;
      return store.replace(...args);
    },
  };
}

/** One of the environments that share the store. */
function environment(store: BreakerStore): Guard {
  return circuitBreaker({
    name: 'partner',
    store,
    settings,
    clock: { now: () => new Date(now).toISOString() },
    meter: { count: (name, by = 1) => void counts.set(name, (counts.get(name) ?? 0) + by) },
    says: (error) => (error instanceof Down ? 'down' : error instanceof NotAsked ? undefined : 'up'),
    asks: (error) => (error instanceof Down ? error.retryAfterMs : 0),
    onTransition: (from, to) => void transitions.push(`${from} ${to}`),
    onStoreFailure: () => void storeFailures++,
  });
}

const environments = (number: number, store = counted(breakerStore())) =>
  Array.from({ length: number }, () => environment(store));
const only = () => environments(1)[0] as Guard;
const outcome = (call: Promise<unknown>) =>
  call.then(
    () => 'ok',
    (error: Error) => error.constructor.name,
  );

async function open(guard: Guard): Promise<void> {
  for (let i = 0; i < settings.failures; i++) await outcome(guard(down));
}

describe('while calls succeed', () => {
  test('writes nothing in 10,000 calls, and reads once per refreshMs', async () => {
    const guard = only();
    for (let i = 0; i < 10_000; i++) {
      now += 1;
      expect(await guard(up)).toBe('answer');
    }
    expect(writes).toBe(0);
    expect(reads).toBeLessThanOrEqual(11);
  });

  test('writes nothing for failures below the threshold, nor for rejections', async () => {
    const guard = only();
    for (let i = 0; i < 4; i++) await outcome(guard(down));
    for (let i = 0; i < 50; i++) await outcome(guard(async () => Promise.reject(new TypeError('refused'))));
    for (let i = 0; i < 20; i++) await outcome(guard(i % 3 ? up : down));
    expect(writes).toBe(0);
  });

  test('does not count failures of an earlier window', async () => {
    const guard = only();
    for (let i = 0; i < 12; i++) {
      await outcome(guard(down));
      now += settings.windowMs / 3;
    }
    expect(writes).toBe(0);
  });

  test('shares one read among concurrent calls', async () => {
    const guard = only();
    await Promise.all(Array.from({ length: 50 }, () => guard(up)));
    expect(reads).toBe(1);
  });
});

describe('when the callee is down', () => {
  test('opens at the threshold, reports it, and refuses calls with the time to wait', async () => {
    const guard = only();
    await open(guard);
    expect(transitions).toEqual(['CLOSED OPEN']);
    now += 4_000;
    const refused = await guard(up).catch((error) => error);
    expect(refused).toBeInstanceOf(CircuitOpen);
    expect(refused.retryAfterMs).toBe(6_000);
    expect(count('BreakerOpened')).toBe(1);
  });

  test('opens for other environments within refreshMs, without failures of their own', async () => {
    const [one, other] = environments(2) as [Guard, Guard];
    await other(up);
    await open(one);
    now += settings.refreshMs;
    expect(await outcome(other(up))).toBe('CircuitOpen');
  });

  test('elects one of 50 concurrent environments for the probe, whose success closes it for all', async () => {
    const guards = environments(50);
    await open(guards[0] as Guard);
    now += settings.openMs;
    let calls = 0;
    const call = async () => {
      calls++;
      await new Promise((resolve) => setTimeout(resolve, 5));
      return 'answer';
    };
    const outcomes = await Promise.all(guards.map((guard) => outcome(guard(call))));
    expect(calls).toBe(1);
    expect(outcomes.filter((one) => one === 'CircuitOpen')).toHaveLength(49);
    now += settings.refreshMs;
    expect(await Promise.all(guards.map((guard) => outcome(guard(up))))).toEqual(guards.map(() => 'ok'));
    expect(transitions).toEqual(['CLOSED OPEN', 'OPEN PROBING', 'PROBING CLOSED']);
  });

  test('allows one probe at a time, in every interleaving', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.integer({ min: 2, max: 6 }), async (scheduler, number) => {
        const store = breakerStore(() => scheduler.schedule(Promise.resolve()));
        const guards = environments(number, store);
        let probes = 0;
        const work = (async () => {
          await open(guards[0] as Guard);
          now += settings.openMs;
          const call = () => {
            probes++;
            return scheduler.schedule(Promise.resolve());
          };
          await Promise.all(guards.map((guard) => outcome(guard(call))));
        })();
        await scheduler.waitFor(work);
        // A success may close it before the last guard reads the state; that call passes without being a probe.
        expect(count('BreakerProbes')).toBe(1);
        expect(probes).toBeGreaterThanOrEqual(1);
        counts.clear();
      }),
    );
  });

  test('opens again after a failed probe', async () => {
    const guard = only();
    await open(guard);
    now += settings.openMs;
    expect(await outcome(guard(down))).toBe('Down');
    expect(await outcome(guard(up))).toBe('CircuitOpen');
    now += settings.openMs;
    expect(await outcome(guard(up))).toBe('ok');
  });

  test('stays open after a probe that made no call, and replaces it', async () => {
    const guard = only();
    await open(guard);
    now += settings.openMs;
    expect(await outcome(guard(() => Promise.reject(new NotAsked())))).toBe('NotAsked');
    expect(await outcome(guard(up))).toBe('CircuitOpen');
    now += settings.probeMs;
    expect(await outcome(guard(up))).toBe('ok');
    expect(transitions).toEqual(['CLOSED OPEN', 'OPEN PROBING', 'PROBING PROBING', 'PROBING CLOSED']);
  });

  test('replaces a probe that never reports, and ignores its late report', async () => {
    const [one, other] = environments(2) as [Guard, Guard];
    await open(one);
    now += settings.openMs;
    let answer = () => {};
    const lost = outcome(one(() => new Promise<void>((resolve) => (answer = resolve))));
    await new Promise((resolve) => setImmediate(resolve));
    now += settings.probeMs;
    expect(await outcome(other(down))).toBe('Down');
    answer();
    await lost;
    expect(await outcome(other(up))).toBe('CircuitOpen');
    expect(transitions).toEqual(['CLOSED OPEN', 'OPEN PROBING', 'PROBING PROBING', 'PROBING OPEN']);
  });

  test('avoids at least 95 % of the calls of 50 environments in a minute', async () => {
    const guards = environments(50);
    let [calls, made] = [0, 0];
    for (const end = now + 60_000; now < end; now += 100) {
      for (const guard of guards) {
        calls++;
        if ((await outcome(guard(down))) === 'Down') made++;
      }
    }
    expect(1 - made / calls).toBeGreaterThanOrEqual(0.95);
  });
});

describe('when its own store is down', () => {
  const dead: BreakerStore = {
    read: async () => Promise.reject(new Error('store')),
    replace: async () => Promise.reject(new Error('store')),
  };

  test('lets all calls pass, reports the failure, and does not retry the store for a while', async () => {
    const [guard] = environments(1, counted(dead)) as [Guard];
    for (let i = 0; i < 100; i++) expect(await guard(up)).toBe('answer');
    expect([reads, storeFailures, count('BreakerStoreFailures')]).toEqual([1, 1, 1]);
    for (let i = 0; i < 100; i++) expect(await outcome(guard(down))).toBe('Down');
  });

  test('lets the call pass when the election fails', async () => {
    const store = breakerStore();
    const [guard] = environments(1, {
      ...store,
      replace: (...args) => (broken ? dead.replace(...args) : store.replace(...args)),
    }) as [Guard];
    let broken = false;
    await open(guard);
    now += settings.openMs;
    broken = true;
    expect(await guard(up)).toBe('answer');
    expect(storeFailures).toBe(1);
  });
});

test('stays open for as long as the callee asks, also after a probe', async () => {
  const guard = environment(breakerStore());
  const busy = async () => {
    throw Object.assign(new Down(), { retryAfterMs: 60_000 });
  };
  const refused = () =>
    guard(up).then(
      () => false,
      (error) => error instanceof CircuitOpen,
    );
  for (let call = 0; call < settings.failures; call++) await expect(guard(busy)).rejects.toThrow(Down);
  now += 59_999;
  expect(await refused()).toBe(true);
  now += 1;
  await expect(guard(busy)).rejects.toThrow(Down);
  now += 59_999;
  expect(await refused()).toBe(true);
  now += 1;
  expect(await guard(up)).toBe('answer');
});
