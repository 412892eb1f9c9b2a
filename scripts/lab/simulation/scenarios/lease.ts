import { fencedNotes, leaseStore } from '../../../../functions/adapters/aws/lease.ts';
import { runAlone } from '../../../../functions/resilience/lease.ts';
import { simulateTables } from '../dynamodb/client.ts';
import { simulatedRuntime } from '../runtime.ts';
import { Calls, drawRates } from '../world/calls.ts';
import type { Outcome, Violation } from '../world/outcome.ts';
import { Scheduler } from '../world/scheduler.ts';

const leaseMs = 10_000;
const leaders = 4;
const lives = 3;
const faultsUntilMs = 300_000;

/**
 * Four candidates with wrong clocks pause for longer than a lease, die, and miss answers. A leader's writes go through
 * the fence. The invariant fails if an earlier leader writes after a later one did.
 */
export async function simulateLease(seed: number, { trace = false } = {}): Promise<Outcome> {
  const scheduler = new Scheduler(seed, { trace });
  const rates = drawRates(scheduler.draw('rates'));
  const calls = new Calls(scheduler, { rates, untilMs: faultsUntilMs, skipped: new Set() });
  const written: { readonly holder: string; readonly token: number }[] = [];
  simulateTables(calls, (_table, _before, after) => {
    if (String(after.pk).startsWith('NOTE#')) written.push(JSON.parse(String(after.text)));
  });
  const lead = leadership(scheduler);
  for (let leader = 0; leader < leaders; leader++) lead(`leader-${leader}`, scheduler.draw(`${leader}`)() * leaseMs);
  await scheduler.run();
  // Without faults, the next candidate must become leader and finish.
  calls.stopFaults();
  const before = written.length;
  scheduler.after(faultsUntilMs, undefined, () => lead('last', 0, lives - 1));
  await scheduler.run();
  const stuck = written.length === before ? [{ invariant: 'lease', text: 'no candidate can take the lease' }] : [];
  return {
    violations: [...findTwoLeaders(written), ...stuck],
    hash: scheduler.hash >>> 0,
    orders: 0,
    checked: { effects: written.length, leaders: new Set(written.map(({ token }) => token)).size },
    injected: calls.injected,
    lines: scheduler.lines ?? [],
  };
}

type Lead = (name: string, atMs: number, life?: number) => void;

/** Starts candidates that write their holder and token under the lease, and restart up to three times. */
function leadership(scheduler: Scheduler): Lead {
  const [store, notes] = [leaseStore('coordination'), fencedNotes('coordination')];
  const { clock } = simulatedRuntime(scheduler);

  function lead(name: string, atMs: number, life = 0): void {
    const draw = scheduler.draw(`${name}.${life}`);
    const process = scheduler.process(`${name}.${life}`, Math.floor((draw() - 0.5) * 4 * leaseMs));
    const holder = process.name;
    // A leader pauses between reading and writing.
    const pause = () =>
      new Promise<void>((resolve) => {
        scheduler.after(draw() < 0.1 ? draw() * 4 * leaseMs : draw() * 1_000, process, resolve);
      });
    let steps = 1 + Math.floor(draw() * 5);
    const again = () => {
      if (life + 1 < lives) lead(name, draw() * 2 * leaseMs, life + 1);
    };
    process.onDeath = again;
    scheduler.after(atMs, process, () => {
      void runAlone({ name: 'sweeper', holder, store, clock, leaseMs }, async (lease) => {
        await pause();
        await notes.write('position', JSON.stringify({ holder, token: lease.token }), lease);
        return --steps > 0;
      }).then(again, again);
    });
  }

  return lead;
}

function findTwoLeaders(written: readonly { readonly holder: string; readonly token: number }[]): Violation[] {
  const holders = new Map<number, string>();
  return written.flatMap(({ holder, token }, index) => {
    const first = holders.get(token) ?? holder;
    holders.set(token, first);
    const later = written[index - 1];
    if (first === holder && (later?.token ?? 0) <= token) return [];
    return [
      { invariant: 'lease', text: `${holder} wrote with token ${token} after ${later?.holder} (${later?.token})` },
    ];
  });
}
