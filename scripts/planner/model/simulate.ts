import { workerVisibilityTimeout } from '../../../stacks/model/stages/stage-settings.ts';
import { peakOf, type Run } from '../profile/load.ts';
import { Account } from './account.ts';
import { ApiSide } from './api-side.ts';
import { type Faults, noFaults } from './faults.ts';
import { arrivalsOf, type Flow, FlowRecorder, type Series, toSteps } from './flow.ts';
import { Fulfilment } from './fulfilment.ts';
import { drawInit } from './functions/cold-starts.ts';
import type { FunctionPool } from './functions/function-pool.ts';
import { Projection } from './projection.ts';
import type { Random } from './random.ts';
import { Settlement } from './settlement.ts';
import type { Tracker } from './tracker.ts';
import type { UsageCounter } from './usage.ts';
import { type Scenario, World } from './world.ts';

/** Constants for one order's path outside of the queues. */
export interface Hops {
  readonly seed: number;
  /** Length of a time step. Events within one step have no order. */
  readonly stepSeconds: number;
  readonly networkSeconds: number;
  readonly placeSeconds: number;
  readonly fulfilSeconds: number;
  /** Seconds from a message in the queue to its function. */
  readonly pollSeconds: number;
  readonly redeliverSeconds: number;
  /** Maximum number of concurrent settlement batches. */
  readonly servers: number;
  /** Standard deviation of the logarithm of a duration. */
  readonly spread: number;
  readonly drawColdStart: (random: Random) => number;
}

export interface RunResult {
  readonly run: Run;
  readonly tracker: Tracker;
  readonly usage: UsageCounter;
  readonly series: Series;
  readonly flow: Flow;
  readonly hops: Hops;
  readonly wanted: number;
  /** Settlement's busiest moment without a backlog: requested concurrency, and seconds of a batch. */
  readonly busiest: { readonly asked: number; readonly seconds: number };
}

/** How long the remaining orders are followed after the last customer, in seconds. */
export const longestTail = 4 * 3_600;

/** Simulates one run of a profile, and continues until every order is settled and handed over. */
export function simulate(scenario: Scenario, run: Run, faults = noFaults): RunResult {
  return new Simulation(scenario, run, faults).run();
}

class Simulation {
  readonly #run: Run;
  readonly #world: World;
  readonly #account: Account;
  readonly #api: ApiSide;
  readonly #settlement: Settlement;
  readonly #projection: Projection;
  readonly #fulfilment: Fulfilment;
  readonly #recorder: FlowRecorder;
  readonly #steps: readonly { readonly until: number; readonly seconds: number }[];
  #step = 0;
  #wanted = 0;

  constructor(scenario: Scenario, run: Run, { outages, thrown }: Faults) {
    this.#run = run;
    this.#world = new World(scenario);
    this.#recorder = new FlowRecorder(run, this.#world.tracker);
    const peak = peakOf(run.segments);
    this.#account = new Account(this.#world);
    this.#api = new ApiSide(this.#world, run.startsAt, peak);
    this.#settlement = new Settlement(this.#world, run.startsAt, peak, thrown);
    this.#projection = new Projection(this.#world, run.startsAt);
    this.#fulfilment = new Fulfilment(this.#world, run.startsAt, { outages, thrown });
    this.#steps = toSteps(run);
  }

  run(): RunResult {
    const { seconds, isSale } = this.#run;
    // Fewer than one order in a thousand remains, which changes no percentile.
    const isDone = () => this.#settlement.open < 0.5 && this.#fulfilment.open < Math.max(0.5, this.#wanted / 1_000);
    while (this.#world.now < seconds - 1e-9) this.#advance();
    if (isSale) while (this.#world.now < seconds + longestTail && !isDone()) this.#advance();
    this.#world.usage.seconds = this.#world.now;
    const { tracker, usage } = this.#world;
    return {
      ...{ run: this.#run, tracker, usage, series: this.#recorder.series, flow: this.#recorder.flow },
      ...{ hops: this.#hops(), wanted: this.#wanted, busiest: this.#settlement.busiest },
    };
  }

  #advance(): void {
    const world = this.#world;
    const step = this.#steps[this.#step];
    world.seconds = step ? Math.min(step.seconds, Math.max(1e-3, step.until - world.now)) : 1;
    const arriving = arrivalsOf(this.#run, world.now, world.seconds, world.random);
    this.#wanted += arriving;
    const accepted = this.#api.step(arriving, this.#others(this.#api.pools.catalog, this.#api.pools.intake));
    const settled = this.#settlement.step(accepted.messages, accepted.orders, this.#others(this.#settlement.pool));
    const confirmed = settled.confirmed;
    const cancelled = Math.min(confirmed, accepted.cancelled);
    const events = confirmed + settled.rejected + cancelled + 2 * this.#lastFulfilled;
    this.#projection.step(events, this.#others(this.#projection.pool));
    this.#fulfilment.hold(confirmed - cancelled, this.#projection.lagSeconds);
    const { due, fulfilled } = this.#fulfilment.step(this.#others(this.#fulfilment.pool));
    this.#lastFulfilled = fulfilled;
    const { accepted: all } = this.#recorder.flow;
    this.#settlement.sweep(all, this.#settlement.backlog + this.#fulfilment.open);
    this.#account.observe(this.#pools);
    world.endStep();
    this.#recorder.record(world.now, world.seconds, { accepted: accepted.orders, ...settled, due, fulfilled }, () => ({
      ...{ queue: this.#settlement.backlog, fulfilmentQueue: this.#fulfilment.backlog },
      ...{
        environments: this.#pools.reduce((sum, { held }) => sum + held, 0),
        coldShare: this.#api.pools.intake.coldShare,
        workerColdShare: this.#settlement.pool.coldShare,
      },
    }));
    if (step && world.now >= step.until - 1e-6) this.#step++;
  }

  #lastFulfilled = 0;

  #hops(): Hops {
    const { constants: c, stage, seed, seconds } = this.#world;
    return {
      ...{ seed, stepSeconds: seconds, networkSeconds: c.edgeSeconds + c.originSeconds },
      placeSeconds: this.#world.secondsOf('placeOrder'),
      fulfilSeconds: this.#world.secondsOf('fulfil', 1, 0),
      ...{ pollSeconds: c.pollSeconds, redeliverSeconds: workerVisibilityTimeout(stage, 'settlement') },
      servers: Math.min(c.pollersMax, stage.settlement.maxConcurrency),
      ...{ spread: c.durationSpread, drawColdStart: drawInit },
    };
  }

  get #pools(): readonly FunctionPool[] {
    const { catalog, intake } = this.#api.pools;
    return [this.#settlement.pool, this.#projection.pool, this.#fulfilment.pool, catalog, intake];
  }

  /** Concurrency that all pools except `own` take from the account. */
  #others(...own: readonly FunctionPool[]): number {
    return this.#pools.reduce((sum, pool) => (own.includes(pool) ? sum : sum + pool.counted), 0);
  }
}
