import { type Run, rateAt, type Segment } from '../profile/load.ts';
import { Curve, mostPoints } from './queues/fifo.ts';
import type { Random } from './random.ts';
import type { Tracker } from './tracker.ts';

/** Values for a chart, once per second. */
export interface Series {
  readonly seconds: number[];
  readonly orders: number[];
  readonly settled: number[];
  readonly queue: number[];
  readonly fulfilmentQueue: number[];
  readonly environments: number[];
  readonly refused: number[];
}

/** Progress of the orders, as totals over time, and the duration of each hop over time. */
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
  /** Share of settlement's messages that met a cold start. */
  readonly workerColdShare: number[];
}

/** Result of one time step. */
export interface Done {
  readonly accepted: number;
  readonly processed: number;
  readonly confirmed: number;
  /** Duration of an order in settlement, and the share of orders that are redelivered. */
  readonly seconds: number;
  readonly stuck: number;
  readonly due: number;
  readonly fulfilled: number;
}

export interface Gauges {
  readonly queue: number;
  readonly fulfilmentQueue: number;
  readonly environments: number;
  /** Share of the posts that met a cold start, and of settlement's messages. */
  readonly coldShare: number;
  readonly workerColdShare: number;
}

/** Records the progress of a run's orders. */
export class FlowRecorder {
  readonly series: Series = {
    ...{ seconds: [], orders: [], settled: [], queue: [], fulfilmentQueue: [], environments: [], refused: [] },
  };
  readonly flow: Flow = {
    ...{ accepted: new Curve(), settled: new Curve(), confirmed: new Curve(), due: new Curve() },
    ...{ fulfilled: new Curve(), times: [], settleSeconds: [], stuck: [], coldShare: [], workerColdShare: [] },
  };
  readonly #run: Run;
  readonly #tracker: Tracker;
  #lastRefused = 0;

  constructor(run: Run, tracker: Tracker) {
    this.#run = run;
    this.#tracker = tracker;
  }

  record(now: number, seconds: number, done: Done, gauges: () => Gauges): void {
    const { flow, series } = this;
    flow.accepted.add(now, done.accepted);
    flow.settled.add(now, done.processed);
    flow.confirmed.add(now, done.confirmed);
    flow.due.add(now, done.due);
    flow.fulfilled.add(now, done.fulfilled);
    flow.times.push(now);
    flow.settleSeconds.push(done.seconds);
    flow.stuck.push(done.stuck);
    const seen = gauges();
    flow.coldShare.push(seen.coldShare);
    flow.workerColdShare.push(seen.workerColdShare);
    if (flow.times.length > mostPoints) this.#thin();
    const last = series.seconds.at(-1) ?? Number.NEGATIVE_INFINITY;
    if (now - last >= Math.max(1, this.#run.seconds / 600)) this.#chart(done, now, seconds, seen);
  }

  /** Two steps of time become one, with the mean of what each took. */
  #thin(): void {
    const { times, settleSeconds, stuck, coldShare, workerColdShare } = this.flow;
    const means = [settleSeconds, stuck, coldShare, workerColdShare];
    const pairs = Math.floor(times.length / 2);
    for (let pair = 0; pair < pairs; pair++) {
      times[pair] = times[2 * pair + 1] ?? 0;
      for (const values of means) values[pair] = ((values[2 * pair] ?? 0) + (values[2 * pair + 1] ?? 0)) / 2;
    }
    for (const values of [times, ...means]) values.splice(pairs, pairs);
  }

  #chart(done: Done, now: number, seconds: number, { queue, fulfilmentQueue, environments }: Gauges): void {
    const { series } = this;
    let refused = 0;
    for (const element of this.#tracker.elements.values()) refused += element.refused;
    const since = now - (series.seconds.at(-1) ?? 0);
    series.refused.push((refused - this.#lastRefused) / Math.max(since, seconds));
    this.#lastRefused = refused;
    series.seconds.push(now);
    series.orders.push(done.accepted / seconds);
    series.settled.push(done.processed / seconds);
    series.queue.push(queue);
    series.fulfilmentQueue.push(fulfilmentQueue);
    series.environments.push(environments);
  }
}

const fine = 0.1;
const coarse = 0.5;
/** After an hour of an even load. */
const late = 2;
const daily = 30;
const settling = 60;
const hour = 3_600;

/** Number of customers in a time step, with the fluctuation of independent arrivals. */
export function arrivalsOf({ segments }: Run, now: number, seconds: number, random: Random): number {
  const mean = rateAt(segments, now + seconds / 2) * seconds;
  return mean === 0 ? 0 : Math.max(0, mean + Math.sqrt(mean) * random.normal());
}

/** Short steps where the load changes, longer ones where it is even. A day has steps of tens of seconds. */
export function toSteps({ segments, isSale }: Run): { until: number; seconds: number }[] {
  let end = 0;
  const steps: { until: number; seconds: number }[] = [];
  for (const segment of segments) {
    const begin = end;
    end += segment.seconds;
    if (!isSale) steps.push({ until: end, seconds: daily });
    else if (isSteep(segment)) steps.push({ until: end, seconds: fine });
    else {
      steps.push({ until: Math.min(end, begin + settling), seconds: fine });
      if (segment.seconds > settling) steps.push({ until: Math.min(end, begin + hour), seconds: coarse });
      if (segment.seconds > hour) steps.push({ until: end, seconds: late });
    }
  }
  return steps;
}

/** True if the load more than doubles, or halves, within a minute. */
const isSteep = ({ seconds, from, to }: Segment): boolean =>
  (Math.abs(to - from) / Math.max(from, to, 1e-9)) * (60 / seconds) > 0.5;
