import { expect, test } from 'vitest';
import { leases } from '../../../functions/adapters/memory/lease.ts';
import type { FencedNotes, Lease } from '../../../functions/ports/lease.ts';
import { runAlone } from '../../../functions/runtime/lease.ts';

const leaseMs = 1_000;
const parts = (holder: string, store: ReturnType<typeof leases>['store'], now: () => number) => ({
  name: 'sweeper',
  holder,
  store,
  clock: { now: () => new Date(now()).toISOString() },
  leaseMs,
});

test('runs all steps of the work, and lets the next one begin at once', async () => {
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

test('does nothing while somebody else does it', async () => {
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

test('goes on where somebody died, once the lease has expired', async () => {
  const { store } = leases();
  await store.take('sweeper', 'dead', 1_000, leaseMs);
  expect(
    await runAlone(
      parts('one', store, () => 2_000),
      async () => false,
    ),
  ).toBe(true);
});

test('a leader that wakes up late changes nothing, and ends', async () => {
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

/** Small and fast; only its seed decides. */
function randomOf(seed: number): () => number {
  let state = seed + 0x6d2b79f5;
  return () => {
    state = Math.imul(state ^ (state >>> 15), state | 1);
    state ^= state + Math.imul(state ^ (state >>> 7), state | 61);
    return ((state ^ (state >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Written {
  readonly holder: string;
  readonly token: number;
}

/**
 * One run: four that want to lead, each with a clock of its own that is wrong by up to two leases, runs faster or slower,
 * and may pause for several leases or die between any two calls. Answers what was written, in order.
 */
async function simulate(seed: number, unfenced = false): Promise<Written[]> {
  const random = randomOf(seed);
  const { store, notes } = leases();
  const written: Written[] = [];
  let time = 10_000;
  const waiting: { at: number; wake: () => void }[] = [];
  const pause = (ms: number) => new Promise<void>((wake) => waiting.push({ at: time + ms, wake }));

  async function node(number: number): Promise<void> {
    const [skew, pace] = [(random() - 0.5) * 4 * leaseMs, 0.8 + random() * 0.4];
    const now = () => time * pace + skew;
    // Before each call, and between what was read and what is written.
    const turn = () => pause(random() < 0.1 ? random() * 4 * leaseMs : random() * 100);
    const slow = Object.fromEntries(
      Object.entries(store).map(([name, call]) => [
        name,
        async (...args: never[]) => {
          await turn();
          return (call as (...all: never[]) => unknown)(...args);
        },
      ]),
    ) as unknown as typeof store;
    for (let life = 0; life < 3; life++) {
      const holder = `${number}.${life}`;
      let steps = 1 + Math.floor(random() * 5);
      await runAlone(parts(holder, slow, now), async (lease) => {
        await turn();
        if (random() < 0.1) throw new Error('died');
        if (await writeNote(notes, holder, lease)) written.push({ holder, token: lease.token });
        return --steps > 0;
      }).catch(() => {});
      await turn();
    }
  }

  async function writeNote(fenced: FencedNotes, holder: string, lease: Lease): Promise<boolean> {
    return unfenced || fenced.write('position', holder, lease);
  }

  const all = Promise.all([0, 1, 2, 3].map(node)).then(() => true);
  for (let done = false; !done; ) {
    await new Promise((resolve) => setImmediate(resolve));
    waiting.sort((a, b) => b.at - a.at);
    const next = waiting.pop();
    if (!next) done = await all;
    else {
      time = next.at;
      next.wake();
    }
  }
  return written;
}

/** Somebody writes after a later leader has written, or two with one token. */
function hadTwoLeaders(written: readonly Written[]): boolean {
  const holders = new Map(written.map(({ token, holder }) => [token, holder]));
  return written.some(({ token, holder }, i) => holders.get(token) !== holder || (written[i - 1]?.token ?? 0) > token);
}

/** More on request: LEASE_RUNS=10000 npx vitest run --project unit test/unit/runtime/lease.test.ts */
const runs = Number(process.env.LEASE_RUNS ?? 1_000);

test(
  'with pauses, wrong clocks and deaths, no run has two effective leaders',
  async () => {
    let writes = 0;
    for (let seed = 0; seed < runs; seed++) {
      const written = await simulate(seed);
      writes += written.length;
      expect(hadTwoLeaders(written), `seed ${seed}`).toBe(false);
    }
    expect(writes).toBeGreaterThan(runs);
  },
  60_000 + runs * 100,
);

test('without the fence the same runs do have two', async () => {
  let bad = 0;
  for (let seed = 0; seed < 100; seed++) if (hadTwoLeaders(await simulate(seed, true))) bad++;
  expect(bad).toBeGreaterThan(10);
}, 60_000);
