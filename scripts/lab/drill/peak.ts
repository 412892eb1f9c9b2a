import { setTimeout as sleep } from 'node:timers/promises';
import { percentiles } from '../../sale/place-orders.ts';
import type { WorkQueues } from '../../sale/soak-conditions.ts';
import { accepted, acceptedWaits } from './customers.ts';
import { pace, realTime, type Time } from './pace.ts';
import type { DrillSale } from './sale.ts';

export interface Step {
  /** Orders started per second. */
  readonly rate: number;
  /** Orders accepted per second, minus those still queued. */
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
/** The system keeps up while goodput is at least this share of the offered rate. */
const keepsUp = 0.9;

/** Consecutive steps that must fall behind to end the search; a single one may be due to other load. */
const patience = 2;

/** Raises the order rate step by step until the system falls behind; the best step is the peak. */
export async function findPeak(sale: DrillSale, queue: WorkQueues, options: PeakOptions): Promise<Step> {
  await warmUp(sale, queue);
  let best: Step = { rate: firstRate, goodput: 0, p99Ms: Number.NaN };
  for (let [rate, behind] = [firstRate, 0]; rate <= fastest && behind < patience; rate *= growth) {
    const step = await tryRate(sale, queue, rate, options);
    options.say(
      `${rate.toFixed(0)} orders per second: ${step.goodput.toFixed(1)} processed, p99 ${step.p99Ms.toFixed(0)} ms`,
    );
    if (step.goodput > best.goodput) best = step;
    behind = step.goodput < rate * keepsUp ? behind + 1 : 0;
  }
  return best;
}

async function tryRate(sale: DrillSale, queue: WorkQueues, rate: number, options: PeakOptions): Promise<Step> {
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
  await waitUntilEmpty(queue);
  return {
    rate,
    goodput: Math.max(0, accepted(visits).length - piledUp) / seconds,
    p99Ms: percentiles(acceptedWaits(visits)).p99,
  };
}

const firstOrders = 24;

/** Cold starts delay the first orders, so they are not measured. */
export async function warmUp(sale: DrillSale, queue: WorkQueues): Promise<void> {
  const [sku = ''] = sale.skus;
  const orders = Array.from({ length: firstOrders }, () => sale.order({ sku, at: Date.now(), patienceMs: 60_000 }));
  await Promise.all(orders);
  await waitUntilEmpty(queue);
}

/** Waits until no message is left, visible or in flight; gives up after `withinMs`. */
export async function waitUntilEmpty(queue: WorkQueues, withinMs = 60_000): Promise<void> {
  const end = Date.now() + withinMs;
  while ((await queue.length()) > 0 && Date.now() < end) await sleep(250);
}
