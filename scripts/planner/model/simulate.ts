import { peakOf, type Run, rateAt, type Segment } from '../profile/load.ts';
import { ApiSide } from './api-side.ts';
import { Curve } from './fifo.ts';
import { Fulfilment } from './fulfilment.ts';
import type { Outage } from './partner-breaker.ts';
import { Projection } from './projection.ts';
import { Settlement } from './settlement.ts';
import type { Tracker } from './tracker.ts';
import type { UsageCounter } from './usage.ts';
import { type Scenario, World } from './world.ts';

/** What a chart shows, once a second. */
export interface Series {
  readonly seconds: number[];
  readonly orders: number[];
  readonly settled: number[];
  readonly queue: number[];
  readonly fulfilmentQueue: number[];
  readonly environments: number[];
  readonly refused: number[];
}

/** How the orders went through, as totals by time, and what a step took at a time. */
export interface Flow {
  readonly accepted: Curve;
  readonly settled: Curve;
  readonly confirmed: Curve;
  readonly due: Curve;
  readonly fulfilled: Curve;
  readonly times: number[];
  readonly settleSeconds: number[];
  readonly stuck: number[];
  readonly coldShare: number[];
}

export interface RunResult {
  readonly run: Run;
  readonly tracker: Tracker;
  readonly usage: UsageCounter;
  readonly series: Series;
  readonly flow: Flow;
  readonly world: World;
  readonly wanted: number;
  /** The line of batches at its busiest without a backlog: concurrency asked for, and seconds of a batch. */
  readonly busiest: { readonly asked: number; readonly seconds: number };
}

const fine = 0.1;
const coarse = 0.5;
const daily = 30;
const settling = 60;
/** How long the rest of the orders is followed after the last customer. */
const longestTail = 4 * 3_600;

/** Simulates one run of a profile, and its tail until every order is settled and handed over. */
export function simulate(scenario: Scenario, run: Run, outages: readonly Outage[] = []): RunResult {
  return new Simulation(scenario, run, outages).run();
}

class Simulation {
  readonly #run: Run;
  readonly #world: World;
  readonly #api: ApiSide;
  readonly #settlement: Settlement;
  readonly #projection: Projection;
  readonly #fulfilment: Fulfilment;
  readonly #series: Series = emptySeries();
  readonly #flow: Flow = emptyFlow();
  readonly #steps: readonly { readonly until: number; readonly seconds: number }[];
  #step = 0;
  #wanted = 0;
  #lastRefused = 0;

  constructor(scenario: Scenario, run: Run, outages: readonly Outage[]) {
    this.#run = run;
    this.#world = new World(scenario);
    const peak = peakOf(run.segments);
    this.#api = new ApiSide(this.#world, run.startsAt, peak);
    this.#settlement = new Settlement(this.#world, run.startsAt, peak);
    this.#projection = new Projection(this.#world, run.startsAt);
    this.#fulfilment = new Fulfilment(this.#world, run.startsAt, outages);
    this.#steps = toSteps(run);
  }

  run(): RunResult {
    const { seconds, isSale } = this.#run;
    // Less than one order in a thousand is left: the rest changes no percentile.
    const isDone = () => this.#settlement.backlog < 0.5 && this.#fulfilment.open < Math.max(0.5, this.#wanted / 1_000);
    while (this.#world.now < seconds - 1e-9) this.#advance();
    if (isSale) while (this.#world.now < seconds + longestTail && !isDone()) this.#advance();
    this.#world.usage.seconds = this.#world.now;
    const { tracker, usage } = this.#world;
    return {
      ...{ run: this.#run, tracker, usage, series: this.#series, flow: this.#flow },
      ...{ world: this.#world, wanted: this.#wanted, busiest: this.#settlement.busiest },
    };
  }

  #advance(): void {
    const world = this.#world;
    const step = this.#steps[this.#step];
    world.seconds = step ? Math.min(step.seconds, Math.max(1e-3, step.until - world.now)) : 1;
    const arriving = this.#arrivals();
    this.#wanted += arriving;
    const accepted = this.#api.step(arriving, this.#workers());
    const settled = this.#settlement.step(accepted.messages, accepted.orders, this.#others(this.#settlement.pool.held));
    const confirmed = settled.confirmed;
    const cancelled = Math.min(confirmed, accepted.cancelled);
    this.#projection.step(
      confirmed + settled.rejected + cancelled + 2 * this.#lastFulfilled,
      this.#others(this.#projection.pool.held),
    );
    this.#fulfilment.hold(confirmed - cancelled, this.#projection.lagSeconds);
    const { due, fulfilled } = this.#fulfilment.step(this.#others(this.#fulfilment.pool.held));
    this.#lastFulfilled = fulfilled;
    this.#settlement.sweep(this.#settlement.backlog + this.#fulfilment.open);
    world.endStep();
    this.#record({ accepted: accepted.orders, ...settled, due, fulfilled });
    if (step && world.now >= step.until - 1e-6) this.#step++;
  }

  #lastFulfilled = 0;

  /** With the fluctuation of independent customers. */
  #arrivals(): number {
    const { now, seconds, random } = this.#world;
    const mean = rateAt(this.#run.segments, now + seconds / 2) * seconds;
    return mean === 0 ? 0 : Math.max(0, mean + Math.sqrt(mean) * random.normal());
  }

  #workers(): number {
    return this.#settlement.pool.held + this.#projection.pool.held + this.#fulfilment.pool.held;
  }

  #others(own: number): number {
    const { catalog, intake } = this.#api.pools;
    const total = this.#workers() + catalog.held + intake.held;
    if (own === 0)
      this.#world.tracker.observe('account.concurrency', this.#world.now, {
        unit: 'environments',
        demand: total,
        limit: this.#world.constants.accountConcurrency,
        offered: 0,
        refused: 0,
        reason: 'ConcurrentInvocationLimitExceeded',
        seconds: this.#world.seconds,
      });
    return total - own;
  }

  #record(
    done: { accepted: number; processed: number; confirmed: number; seconds: number; stuck: number } & Record<
      'due' | 'fulfilled',
      number
    >,
  ) {
    const { now, seconds } = this.#world;
    const flow = this.#flow;
    flow.accepted.add(now, done.accepted);
    flow.settled.add(now, done.processed);
    flow.confirmed.add(now, done.confirmed);
    flow.due.add(now, done.due);
    flow.fulfilled.add(now, done.fulfilled);
    flow.times.push(now);
    flow.settleSeconds.push(done.seconds);
    flow.stuck.push(done.stuck);
    flow.coldShare.push(this.#api.pools.intake.coldShare);
    const last = this.#series.seconds.at(-1) ?? Number.NEGATIVE_INFINITY;
    if (now - last >= Math.max(1, this.#run.seconds / 600)) this.#chart(done, now, seconds);
  }

  #chart(done: { accepted: number; processed: number }, now: number, seconds: number): void {
    const series = this.#series;
    const { tracker } = this.#world;
    let refused = 0;
    for (const element of tracker.elements.values()) refused += element.refused;
    const since = now - (series.seconds.at(-1) ?? 0);
    series.refused.push((refused - this.#lastRefused) / Math.max(since, seconds));
    this.#lastRefused = refused;
    series.seconds.push(now);
    series.orders.push(done.accepted / seconds);
    series.settled.push(done.processed / seconds);
    series.queue.push(this.#settlement.backlog);
    series.fulfilmentQueue.push(this.#fulfilment.backlog);
    series.environments.push(this.#others(0));
  }
}

/** Short steps where the load changes, longer ones where it is even; a day in tens of seconds. */
function toSteps({ segments, isSale }: Run): { until: number; seconds: number }[] {
  let end = 0;
  const steps: { until: number; seconds: number }[] = [];
  for (const segment of segments) {
    const begin = end;
    end += segment.seconds;
    if (!isSale) steps.push({ until: end, seconds: daily });
    else if (isSteep(segment)) steps.push({ until: end, seconds: fine });
    else {
      if (segment.seconds > settling) steps.push({ until: begin + settling, seconds: fine });
      steps.push({ until: end, seconds: segment.seconds > settling ? coarse : fine });
    }
  }
  return steps;
}

/** More than doubles, or halves, in a minute. */
const isSteep = ({ seconds, from, to }: Segment): boolean =>
  (Math.abs(to - from) / Math.max(from, to, 1e-9)) * (60 / seconds) > 0.5;

const emptySeries = (): Series => ({
  ...{ seconds: [], orders: [], settled: [], queue: [], fulfilmentQueue: [], environments: [], refused: [] },
});

const emptyFlow = (): Flow => ({
  ...{ accepted: new Curve(), settled: new Curve(), confirmed: new Curve(), due: new Curve(), fulfilled: new Curve() },
  ...{ times: [], settleSeconds: [], stuck: [], coldShare: [] },
});
