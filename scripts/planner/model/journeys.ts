import { simulateLine } from './queues/line.ts';
import { Random } from './random.ts';
import type { RunResult } from './simulate.ts';

export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

export interface Journeys {
  /** Seconds from the click to the 202. */
  readonly accept: Percentiles;
  readonly confirm: Percentiles;
  /** Null: no order was handed over in the run. */
  readonly fulfil: Percentiles | null;
}

const samples = 4_000;

/**
 * Follows orders from the click on: their position in each queue, and the duration of each hop, drawn around its mean.
 */
export function followOrders(result: RunResult): Journeys {
  const random = new Random(result.hops.seed + 1);
  // A generator of its own keeps all other draws.
  const starts = new Random(result.hops.seed + 2);
  const { flow } = result;
  const accept = new Float64Array(samples);
  const confirm = new Float64Array(samples);
  const fulfil: number[] = [];
  const waits = lineWaits(result, random);
  for (let index = 0; index < samples; index++) {
    const share = (index + 0.5) / samples;
    const arrived = flow.accepted.timeOf(share * flow.accepted.total);
    accept[index] = acceptSeconds(result, arrived, random);
    confirm[index] =
      (accept[index] ?? 0) + confirmSeconds(result, share, arrived, { random, starts }) + (waits[index] ?? 0);
    if (flow.fulfilled.total < 1) continue;
    const due = flow.due.timeOf(share * flow.fulfilled.total);
    const done = flow.fulfilled.timeOf(share * flow.fulfilled.total);
    const confirmedAt = flow.confirmed.timeOf(share * flow.confirmed.total);
    const held = Math.max(0, due - confirmedAt) + Math.max(0, done - due);
    fulfil.push((confirm[index] ?? 0) + held + partnerSeconds(result, random));
  }
  return {
    accept: percentiles(accept),
    confirm: percentiles(confirm),
    fulfil: fulfil.length > 0 ? percentiles(fulfil) : null,
  };
}

function acceptSeconds({ hops, flow }: RunResult, at: number, random: Random): number {
  const network = hops.networkSeconds * random.spread(hops.spread);
  const own = hops.placeSeconds * random.spread(hops.spread);
  const cold = random.uniform() < valueAt(flow.times, flow.coldShare, at) ? hops.drawColdStart(random) : 0;
  return network + own + cold;
}

interface Draws {
  readonly random: Random;
  /** Cold starts of the worker. */
  readonly starts: Random;
}

function confirmSeconds({ hops, flow }: RunResult, share: number, arrived: number, { random, starts }: Draws): number {
  const settled = flow.settled.timeOf(share * flow.settled.total);
  const queued = Math.max(0, settled - arrived - hops.stepSeconds);
  const own = valueAt(flow.times, flow.settleSeconds, settled) * random.spread(hops.spread);
  const isStuck = random.uniform() < valueAt(flow.times, flow.stuck, settled);
  const cold = starts.uniform() < valueAt(flow.times, flow.workerColdShare, settled) ? hops.drawColdStart(starts) : 0;
  return hops.pollSeconds + queued + own + cold + (isStuck ? hops.redeliverSeconds : 0);
}

/** Above this use there is a backlog, which the flow already contains. */
const longestLine = 0.98;

/** Waits of batches for a free invocation below saturation, at the busiest moment: random arrivals and durations. */
function lineWaits({ hops: { servers, spread }, busiest }: RunResult, random: Random): Float64Array {
  if (busiest.asked <= 0 || busiest.asked >= servers * longestLine) return new Float64Array(samples);
  const service = () => random.spread(spread);
  const waits = simulateLine({ rate: busiest.asked, servers, service, arrivals: samples }, random);
  return waits.map((wait) => wait * busiest.seconds);
}

const partnerSeconds = ({ hops }: RunResult, random: Random): number => hops.fulfilSeconds * random.spread(hops.spread);

/** The value recorded at this time, or the next one after it. */
function valueAt(times: readonly number[], values: readonly number[], at: number): number {
  let low = 0;
  let high = times.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return values[low] ?? 0;
}

function percentiles(values: Float64Array | readonly number[]): Percentiles {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}
