import { chart, rates } from '../../report/chart.ts';
import { type WorkQueues, workQueuesOf } from '../../sale/conditions.ts';
import { percentiles } from '../../sale/place-orders.ts';
import { accepted, type Visit, waitsOf } from './customers.ts';
import type { Drill, Finding } from './drill.ts';
import { percent } from './drill.ts';
import { type Door, shedding } from './limited-api.ts';
import { pace } from './pace.ts';
import { findPeak, untilEmpty } from './peak.ts';
import { invariantsOf, openSale, type SaleOf } from './sale.ts';

const times = 3;
const limits = { goodputShare: 0.8, latencyTimes: 2 } as const;
/** Peak and overload take turns, so that a machine that is busy for a while is so for both. */
const rounds = 2;

/** Three times as many orders as the system can do. */
export const overload: Drill = async (system, { seconds, peak, say }) => {
  const sale = await openSale(system, 'overload', [{ name: 'lamp', units: 1_000_000 }]);
  const queue = workQueuesOf(system);
  const free = await shedding(system.apiUrl);
  const found = peak ?? (await findPeak(sale, queue, { shopUrl: free.url, stepSeconds: 6, say })).goodput;
  await free.close();
  const door = await shedding(system.apiUrl, { ratePerSecond: found, burst: Math.ceil(found / 4) });
  try {
    const phases: Phase[] = [];
    for (let round = 0; round < rounds; round++) {
      for (const load of [1, times]) {
        const phase = await play({ sale, queue, door, rate: found * load, seconds: seconds / rounds });
        phases.push({ ...phase, load });
        say(`${load} times the peak: ${goodputOf([phase]).toFixed(1)} orders a second, ${statusesOf(phase.visits)}`);
      }
    }
    const snapshot = await sale.stores(120_000);
    return resultOf(found, phases, invariantsOf(snapshot, sale.visits));
  } finally {
    await door.close();
    queue.close();
  }
};

interface Played {
  readonly visits: readonly Visit[];
  readonly seconds: number;
  /** Orders that lay in the queue at the end. */
  readonly piledUp: number;
}

type Phase = Played & { readonly load: number };

interface Scene {
  readonly sale: SaleOf;
  readonly queue: WorkQueues;
  readonly door: Door;
  readonly rate: number;
  readonly seconds: number;
}

async function play({ sale, queue, door, rate, seconds }: Scene): Promise<Played> {
  const [first, begun] = [sale.visits.length, performance.now()];
  const sku = sale.skus[0] ?? '';
  await pace(
    rate,
    (now) => now < seconds,
    (_, at) => sale.order({ sku, at, patienceMs: 0, shopUrl: door.url }),
  );
  const took = (performance.now() - begun) / 1_000;
  const piledUp = await queue.length();
  await untilEmpty(queue);
  return { visits: sale.visits.slice(first), seconds: took, piledUp };
}

/** Orders accepted a second, less those that only piled up. */
function goodputOf(phases: readonly Played[]): number {
  const sum = (of: (phase: Played) => number) => phases.reduce((total, phase) => total + of(phase), 0);
  return sum(({ visits, piledUp }) => accepted(visits).length - piledUp) / sum(({ seconds }) => seconds);
}

const statusesOf = (visits: readonly Visit[]): string =>
  [...Map.groupBy(visits, ({ status }) => status)].map(([status, all]) => `${all.length} x ${status}`).join(', ');

function resultOf(peak: number, phases: readonly Phase[], invariants: readonly Finding[]) {
  const atPeak = phases.filter(({ load }) => load === 1);
  const over = phases.filter(({ load }) => load === times);
  const visitsOf = (some: readonly Phase[]) => some.flatMap(({ visits }) => visits);
  const [good, goodOver] = [goodputOf(atPeak), goodputOf(over)];
  const p99Of = (some: readonly Phase[]) => percentiles(waitsOf(visitsOf(some))).p99;
  const [p99, p99Over] = [p99Of(atPeak), p99Of(over)];
  const odd = visitsOf(phases).filter(({ status }) => ![202, 429, 503].includes(status));
  const findings: Finding[] = [
    {
      what: `orders done a second at ${times} times the peak`,
      measured: `${percent(goodOver, good)} of those at the peak`,
      limit: `at least ${percent(limits.goodputShare, 1)}`,
      holds: goodOver >= good * limits.goodputShare,
      timing: true,
    },
    {
      what: 'p99 of an accepted post',
      measured: `${(p99Over / p99).toFixed(2)} times that at the peak`,
      limit: `at most ${limits.latencyTimes} times`,
      holds: p99Over <= p99 * limits.latencyTimes,
      timing: true,
    },
    {
      what: 'answers other than 202, 429 and 503',
      measured: odd.length === 0 ? '0' : statusesOf(odd),
      limit: '0',
      holds: odd.length === 0,
    },
    ...invariants,
  ];
  return {
    hypothesis: `Asked for ${times} times as much as it can do, the system still does at least ${percent(limits.goodputShare, 1)} of its best, as fast as at most ${limits.latencyTimes} times as at its best, and refuses the rest at once.`,
    findings,
    facts: [
      ['peak that was found, and throttle', `${peak.toFixed(1)} orders a second`],
      ['done a second at the peak, and over it', `${good.toFixed(1)}, ${goodOver.toFixed(1)}`],
      ['p99 of an accepted post, at the peak and over it', `${p99.toFixed(0)} ms, ${p99Over.toFixed(0)} ms`],
      ['answers at the peak', statusesOf(visitsOf(atPeak))],
      ['answers over it', statusesOf(visitsOf(over))],
    ] as const,
    notes: [
      'People do not wait for each other: orders begin at a steady rate, each is sent once, and a wait counts from the click.',
      "Most of the rest is refused with 429 by the throttle of the route, a token bucket as API Gateway's, set to the peak as an operator would in stacks/model/stages/stages.ts.",
      'What gets past it and finds no free place soon is refused with 503: on AWS that is the limit of concurrency of Lambda, which grows first; here the places are as many as this machine runs workers.',
    ],
    charts: chartsOf(phases),
  };
}

function chartsOf(phases: readonly Phase[]) {
  const visits = phases.flatMap((phase) => phase.visits);
  const begunAt = Math.min(...visits.map(({ clickedAt }) => clickedAt));
  const since = (at: number) => (at - begunAt) / 1_000;
  const clicked = (some: readonly Visit[]) => some.map(({ clickedAt }) => clickedAt);
  const refused = visits.filter(({ status }) => status !== 202);
  const bySecond = Map.groupBy(accepted(visits), ({ clickedAt }) => Math.floor(since(clickedAt)));
  const p99 = [...bySecond].map(([second, some]) => [second, percentiles(waitsOf(some)).p99] as const);
  return {
    'orders.svg': chart('Orders a second', [
      { name: 'refused', color: '#d62728', points: rates(clicked(refused), begunAt, 1) },
      { name: 'accepted', color: '#2ca02c', points: rates(clicked(accepted(visits)), begunAt, 1) },
    ]),
    'latency.svg': chart('p99 of accepted posts in ms, by second', [
      { name: 'p99', color: '#1f77b4', points: p99.toSorted(([a], [b]) => a - b) },
    ]),
  };
}
