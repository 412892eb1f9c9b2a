import { breakerStore } from '../../../functions/adapters/aws/breaker.ts';
import type { BreakerSettings } from '../../../functions/domain/breaker.ts';
import type { BreakerStore } from '../../../functions/ports/breaker.ts';
import type { Counter } from '../../../functions/ports/runtime.ts';
import { CircuitOpen, circuitBreaker } from '../../../functions/resilience/circuit-breaker.ts';
import { Calls, drawRates, fates } from './calls.ts';
import { failure } from './channels.ts';
import { simulateTables } from './dynamodb/client.ts';
import type { Outcome, Violation } from './outcome.ts';
import { runtimeOf } from './runtime.ts';
import { Scheduler } from './scheduler.ts';

const settings: BreakerSettings = {
  windowMs: 10_000,
  failures: 5,
  failureShare: 0.5,
  openMs: 10_000,
  probeMs: 5_000,
  refreshMs: 1_000,
};
const environments = 50;
const [quickMs, slowMs] = [200, 1_000];
/** From when on: the partner is down, up again, the store of the breaker is down, up again, the end. */
const at = { downMs: 5_000, upMs: 65_000, storeDownMs: 90_000, storeUpMs: 100_000, endMs: 130_000 };
/** By then every environment has heard of it, through a breaker that was just opened, its probe and a look. */
const settledMs = settings.openMs + settings.probeMs + 3 * settings.refreshMs;

/** 50 environments that share a breaker; every other seed without faults and with right clocks, where the counts are exact. */
export async function simulateBreaker(seed: number, { trace = false } = {}): Promise<Outcome> {
  const scheduler = new Scheduler(seed, { trace });
  const isCalm = seed % 2 === 0;
  const none = Object.fromEntries(fates.map((fate) => [fate, 0])) as ReturnType<typeof drawRates>;
  // No stalls: an answer that is a minute late has long been a timeout, and what it says is of no use.
  const rates = isCalm ? none : { ...drawRates(scheduler.draw('rates')), stall: 0 };
  const calls = new Calls(scheduler, { rates, untilMs: at.upMs, spared: new Set() });
  const seen = { calls: 0, writes: 0, elections: 0, probes: 0, down: 0, made: 0 };
  const violations: Violation[] = [];
  const broken = (text: string) => void violations.push({ invariant: 'breaker', text });
  const runtime = runtimeOf(scheduler);

  simulateTables(calls, (_table, before, after) => {
    seen.writes++;
    if (scheduler.now < at.downMs && isCalm) broken('a write while all was well');
    if (after.state === 'PROBING') seen.elections++;
    if (Number(after.version) !== Number(before?.version ?? 0) + 1)
      broken(`version ${after.version} was written over version ${before?.version}`);
  });
  const store = failingStore(breakerStore('coordination'), () => {
    return scheduler.now >= at.storeDownMs && scheduler.now < at.storeUpMs;
  });
  const partnerIsDown = () => scheduler.now >= at.downMs && scheduler.now < at.upMs;
  const askPartner = () =>
    calls.make<true>({
      name: 'partner',
      execute(answer, resets) {
        if (partnerIsDown()) seen.made++;
        answer(resets || partnerIsDown() ? unreachable : true);
      },
      busy: () => unreachable,
      lost: () => unreachable,
    });

  function live(name: string, life: number): void {
    const process = scheduler.process(
      `${name}.${life}`,
      isCalm ? 0 : skewOf(scheduler.draw(`${name}.${life} clock`)()),
    );
    const guard = circuitBreaker({
      ...{ name: 'partner', store, settings, clock: runtime.clock },
      meter: { count: (counter: Counter) => void (counter === 'BreakerProbes' && seen.probes++) },
      says: (error) => (error === unreachable ? 'down' : 'up'),
      onTransition: () => {},
      onStoreFailure: () => {},
    });
    const next = () => {
      if (!process.alive || scheduler.now > at.endMs) return;
      const { now } = scheduler;
      seen.calls++;
      if (partnerIsDown()) seen.down++;
      void guard(askPartner).catch((error) => {
        if (!(error instanceof CircuitOpen)) return;
        if (now > at.storeDownMs + 2 * settings.refreshMs && now < at.storeUpMs)
          broken('refused by a store that is down');
        if (now > at.upMs + settledMs) broken('refused though the partner is up again');
      });
      scheduler.after(process.draw() * 2 * (partnerIsDown() ? quickMs : slowMs), process, next);
    };
    process.onDeath = () => live(name, life + 1);
    scheduler.after(process.draw() * slowMs, process, next);
  }

  for (let number = 0; number < environments; number++) live(`environment-${number}`, 0);
  await scheduler.run();
  if (seen.probes > seen.elections) broken(`${seen.probes} probes by ${seen.elections} elections`);
  if (isCalm && seen.probes !== seen.elections) broken(`${seen.elections} elections and ${seen.probes} probes`);
  if (isCalm && seen.made > 0.05 * seen.down)
    broken(`${seen.made} of ${seen.down} calls reached a partner that is down`);
  return {
    violations,
    hash: scheduler.hash >>> 0,
    orders: 0,
    checked: seen,
    injected: calls.injected,
    lines: scheduler.lines ?? [],
  };
}

const unreachable = failure('Unreachable');

/** Wrong by less than a minute: a clock that is an hour behind would refuse for an hour. */
function skewOf(chance: number): number {
  return chance < 0.7 ? 0 : Math.floor((chance - 0.85) * 10_000);
}

function failingStore(store: BreakerStore, isDown: () => boolean): BreakerStore {
  const unless = <Result>(call: () => Promise<Result>) => (isDown() ? Promise.reject(failure('StoreDown')) : call());
  return {
    read: (name) => unless(() => store.read(name)),
    replace: (...args) => unless(() => store.replace(...args)),
  };
}
