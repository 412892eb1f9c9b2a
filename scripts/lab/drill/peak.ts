import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkQueues } from '../../sale/conditions.ts';
import { percentiles } from '../../sale/place-orders.ts';
import { accepted, waitsOf } from './customers.ts';
import { pace, realTime, type Time } from './pace.ts';
import type { SaleOf } from './sale.ts';

export interface Step {
  /** Orders begun a second. */
  readonly rate: number;
  /** Orders accepted a second, less those that piled up in the queue meanwhile. */
  readonly goodput: number;
  readonly p99Ms: number;
}

export interface PeakOptions {
  readonly shopUrl: string;
  readonly stepSeconds: number;
  readonly say: (text: string) => void;
  readonly time?: Time;
}

const firstRate = 8;
const growth = 1.4;
const fastest = 2_000;
/** Less than this share of the asked rate is too fast. */
const keepsUp = 0.9;

/** So many such steps in a row end the search: one may have met a busy machine. */
const patience = 2;

/** Asks for more orders a second, step by step, until the system does not keep up; the best step is the peak. */
export async function findPeak(sale: SaleOf, queue: WorkQueues, options: PeakOptions): Promise<Step> {
  await warmUp(sale, queue);
  let best: Step = { rate: firstRate, goodput: 0, p99Ms: Number.NaN };
  for (let [rate, behind] = [firstRate, 0]; rate <= fastest && behind < patience; rate *= growth) {
    const step = await tryRate(sale, queue, rate, options);
    options.say(`${rate.toFixed(0)} orders a second: ${step.goodput.toFixed(1)} done, p99 ${step.p99Ms.toFixed(0)} ms`);
    if (step.goodput > best.goodput) best = step;
    behind = step.goodput < rate * keepsUp ? behind + 1 : 0;
  }
  return best;
}

async function tryRate(sale: SaleOf, queue: WorkQueues, rate: number, options: PeakOptions): Promise<Step> {
  const [sku = ''] = sale.skus;
  const { shopUrl, stepSeconds, time = realTime } = options;
  const [before, begun] = [sale.visits.length, time.now()];
  await pace(
    rate,
    (seconds) => seconds < stepSeconds,
    (_, at) => sale.order({ sku, at, patienceMs: 0, shopUrl }),
    time,
  );
  const seconds = (time.now() - begun) / 1_000;
  const piledUp = await queue.length();
  const visits = sale.visits.slice(before);
  await untilEmpty(queue);
  return {
    rate,
    goodput: Math.max(0, accepted(visits).length - piledUp) / seconds,
    p99Ms: percentiles(waitsOf(visits)).p99,
  };
}

const firstOrders = 24;

/** The first orders wait for workers to start: nobody's measure of a running system. */
export async function warmUp(sale: SaleOf, queue: WorkQueues): Promise<void> {
  const [sku = ''] = sale.skus;
  const orders = Array.from({ length: firstOrders }, () => sale.order({ sku, at: Date.now(), patienceMs: 60_000 }));
  await Promise.all(orders);
  await untilEmpty(queue);
}

/** Waits until no message is left, hidden or not. */
export async function untilEmpty(queue: WorkQueues, withinMs = 60_000): Promise<void> {
  const end = Date.now() + withinMs;
  while ((await queue.length()) > 0 && Date.now() < end) await sleep(250);
}
