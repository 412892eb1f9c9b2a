import { breakerStore } from '../../../../functions/adapters/aws/breaker.ts';
import type { BreakerSettings } from '../../../../functions/domain/breaker.ts';
import type { BreakerStore } from '../../../../functions/ports/breaker.ts';
import type { Clock, Counter } from '../../../../functions/ports/runtime.ts';
import { CircuitOpen, circuitBreaker } from '../../../../functions/resilience/circuit-breaker.ts';
import type { Item } from '../../../dynamodb/expressions.ts';
import { failure } from '../channels.ts';
import { simulateTables } from '../dynamodb/client.ts';
import { simulatedRuntime } from '../runtime.ts';
import { Calls, drawRates, fates } from '../world/calls.ts';
import type { Outcome, Violation } from '../world/outcome.ts';
import { Scheduler } from '../world/scheduler.ts';

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
/** The partner fails and recovers, then the breaker's store does. */
const at = { downMs: 5_000, upMs: 65_000, storeDownMs: 90_000, storeUpMs: 100_000, endMs: 130_000 };
/** Time until every environment knows: one full open period, one probe, and refreshes. */
const settledMs = settings.openMs + settings.probeMs + 3 * settings.refreshMs;

/**
 * 50 environments share one breaker. Every other seed runs without faults and clock errors; there the counts must be
 * exact.
 */
export async function simulateBreaker(seed: number, { trace = false } = {}): Promise<Outcome> {
  return new BreakerGame(seed, trace).play();
}

class BreakerGame {
  readonly #scheduler: Scheduler;
  readonly #isCalm: boolean;
  readonly #calls: Calls;
  readonly #clock: Clock;
  readonly #store: BreakerStore;
  readonly #seen = { calls: 0, writes: 0, elections: 0, probes: 0, down: 0, made: 0 };
  readonly #violations: Violation[] = [];

  constructor(seed: number, trace: boolean) {
    this.#scheduler = new Scheduler(seed, { trace });
    this.#isCalm = seed % 2 === 0;
    const none = Object.fromEntries(fates.map((fate) => [fate, 0])) as ReturnType<typeof drawRates>;
    // No stalls: an answer a minute late has already timed out.
    const rates = this.#isCalm ? none : { ...drawRates(this.#scheduler.draw('rates')), stall: 0 };
    this.#calls = new Calls(this.#scheduler, { rates, untilMs: at.upMs, skipped: new Set() });
    this.#clock = simulatedRuntime(this.#scheduler).clock;
    simulateTables(this.#calls, (_table, before, after) => this.#watch(before, after));
    this.#store = failingStore(breakerStore('coordination'), () => this.#isWithin(at.storeDownMs, at.storeUpMs));
  }

  async play(): Promise<Outcome> {
    for (let number = 0; number < environments; number++) this.#live(`environment-${number}`, 0);
    await this.#scheduler.run();
    this.#checkCounts();
    return {
      violations: this.#violations,
      hash: this.#scheduler.hash >>> 0,
      orders: 0,
      checked: this.#seen,
      injected: this.#calls.injected,
      lines: this.#scheduler.lines ?? [],
    };
  }

  #watch(before: Item | undefined, after: Item): void {
    this.#seen.writes++;
    if (this.#scheduler.now < at.downMs && this.#isCalm) this.#broken('a write before the outage');
    if (after.state === 'PROBING') this.#seen.elections++;
    if (Number(after.version) !== Number(before?.version ?? 0) + 1)
      this.#broken(`version ${after.version} replaced version ${before?.version}`);
  }

  /** Runs one environment; when it dies, a new one takes its place. */
  #live(name: string, life: number): void {
    const scheduler = this.#scheduler;
    const process = scheduler.process(
      `${name}.${life}`,
      this.#isCalm ? 0 : toSkewMs(scheduler.draw(`${name}.${life} clock`)()),
    );
    const guard = this.#buildGuard();
    const callNext = () => {
      if (!process.alive || scheduler.now > at.endMs) return;
      this.#seen.calls++;
      if (this.#partnerIsDown()) this.#seen.down++;
      const { now } = scheduler;
      void guard(() => this.#callPartner()).catch((error) => {
        if (error instanceof CircuitOpen) this.#checkRefusal(now);
      });
      scheduler.after(process.draw() * 2 * (this.#partnerIsDown() ? quickMs : slowMs), process, callNext);
    };
    process.onDeath = () => this.#live(name, life + 1);
    scheduler.after(process.draw() * slowMs, process, callNext);
  }

  #buildGuard() {
    return circuitBreaker({
      ...{ name: 'partner', store: this.#store, settings, clock: this.#clock },
      meter: { count: (counter: Counter) => void (counter === 'BreakerProbes' && this.#seen.probes++) },
      says: (error) => (error === unreachable ? 'down' : 'up'),
      onTransition: () => {},
      onStoreFailure: () => {},
    });
  }

  #callPartner(): Promise<true> {
    return this.#calls.make<true>({
      name: 'partner',
      execute: (answer, { conflict: resets }) => {
        if (this.#partnerIsDown()) this.#seen.made++;
        answer(resets || this.#partnerIsDown() ? unreachable : true);
      },
      busy: () => unreachable,
      lost: () => unreachable,
    });
  }

  /** @param calledAt time of the rejected call */
  #checkRefusal(calledAt: number): void {
    if (calledAt > at.storeDownMs + 2 * settings.refreshMs && calledAt < at.storeUpMs)
      this.#broken('a call was refused because the breaker store is down');
    if (calledAt > at.upMs + settledMs) this.#broken('a call was refused after the partner recovered');
  }

  #checkCounts(): void {
    const { probes, elections, made, down } = this.#seen;
    if (probes > elections) this.#broken(`${probes} probes, but only ${elections} elections`);
    if (!this.#isCalm) return;
    if (probes !== elections) this.#broken(`${elections} elections, but ${probes} probes`);
    if (made > 0.05 * down) this.#broken(`${made} of ${down} calls reached the partner during its outage`);
  }

  #partnerIsDown(): boolean {
    return this.#isWithin(at.downMs, at.upMs);
  }

  #isWithin(fromMs: number, toMs: number): boolean {
    return this.#scheduler.now >= fromMs && this.#scheduler.now < toMs;
  }

  #broken(text: string): void {
    this.#violations.push({ invariant: 'breaker', text });
  }
}

const unreachable = failure('Unreachable');

/** Milliseconds, less than a minute: a clock an hour behind would reject calls for an hour. */
function toSkewMs(chance: number): number {
  return chance < 0.7 ? 0 : Math.floor((chance - 0.85) * 10_000);
}

function failingStore(store: BreakerStore, isDown: () => boolean): BreakerStore {
  const unless = <Result>(call: () => Promise<Result>) => (isDown() ? Promise.reject(failure('StoreDown')) : call());
  return {
    read: (name) => unless(() => store.read(name)),
    replace: (...args) => unless(() => store.replace(...args)),
  };
}
