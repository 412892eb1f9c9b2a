import type { Chart } from '../../report/chart.ts';
import { atLeastOne, type Finding, noneWrong } from '../../report/finding.ts';
import { rates } from '../../report/rates.ts';
import { percentiles } from '../../sale/place-orders.ts';
import { openWorkQueues, type WorkQueues } from '../../sale/soak-conditions.ts';
import { accepted, acceptedWaits, type Visit } from './customers.ts';
import type { Drill } from './drill.ts';
import { percent } from './drill.ts';
import { type LimitedApi, startLimitedApi } from './limited-api.ts';
import { pace } from './pace.ts';
import { findPeak, waitUntilEmpty } from './peak.ts';
import { type DrillSale, openSale } from './sale.ts';

const times = 3;
const limits = { goodputShare: 0.8, latencyTimes: 2 } as const;
/** Peak and overload alternate, so that temporary load on the machine affects both. */
const rounds = 2;

/** Three times as many orders as the system can handle. */
export const overload: Drill = async (system, { seconds, peak, say }) => {
  const sale = await openSale(system, 'overload', [{ name: 'lamp', units: 1_000_000 }]);
  const queue = openWorkQueues(system);
  const free = await startLimitedApi(system.apiUrl);
  const found = peak ?? (await findPeak(sale, queue, { shopUrl: free.url, stepSeconds: 6, say })).goodput;
  await free.close();
  const limited = await startLimitedApi(system.apiUrl, { ratePerSecond: found, burst: Math.ceil(found / 4) });
  try {
    const phases: Phase[] = [];
    for (let round = 0; round < rounds; round++) {
      for (const load of [1, times]) {
        const phase = await play({ sale, queue, limited, rate: found * load, seconds: seconds / rounds });
        phases.push({ ...phase, load });
        say(
          `${load} times the peak: ${computeGoodput([phase]).toFixed(1)} orders per second, ${formatStatuses(phase.visits)}`,
        );
      }
    }
    const snapshot = await sale.stores(120_000);
    return buildResult(found, phases, await sale.judge(snapshot));
  } finally {
    await limited.close();
    queue.close();
  }
};

interface Played {
  readonly visits: readonly Visit[];
  readonly seconds: number;
  /** Orders left in the queue at the end. */
  readonly piledUp: number;
}

type Phase = Played & { readonly load: number };

interface Scene {
  readonly sale: DrillSale;
  readonly queue: WorkQueues;
  readonly limited: LimitedApi;
  readonly rate: number;
  readonly seconds: number;
}

async function play({ sale, queue, limited, rate, seconds }: Scene): Promise<Played> {
  const [first, begun] = [sale.visits.length, performance.now()];
  const sku = sale.skus[0] ?? '';
  await pace(
    rate,
    (now) => now < seconds,
    (_, at) => sale.order({ sku, at, patienceMs: 0, shopUrl: limited.url }),
  );
  const took = (performance.now() - begun) / 1_000;
  const piledUp = await queue.length();
  await waitUntilEmpty(queue);
  return { visits: sale.visits.slice(first), seconds: took, piledUp };
}

/** Orders accepted per second, minus those still queued. */
function computeGoodput(phases: readonly Played[]): number {
  const sum = (of: (phase: Played) => number) => phases.reduce((total, phase) => total + of(phase), 0);
  return sum(({ visits, piledUp }) => accepted(visits).length - piledUp) / sum(({ seconds }) => seconds);
}

const formatStatuses = (visits: readonly Visit[]): string =>
  [...Map.groupBy(visits, ({ status }) => status)].map(([status, all]) => `${all.length} x ${status}`).join(', ');

const notes = [
  'Customers do not wait for each other: orders start at a steady rate, each is sent once, and latency counts from the click.',
  "The route's throttle refuses most of the rest with 429: a token bucket like API Gateway's, set to the peak as an operator would in stacks/model/stages/stages.ts.",
  "Requests that pass it but find no free concurrency soon are refused with 503. On AWS that is Lambda's concurrency limit, after scaling out; here it is the number of workers on this machine.",
];

function buildResult(peak: number, phases: readonly Phase[], kept: readonly Finding[]) {
  const atPeak = phases.filter(({ load }) => load === 1);
  const over = phases.filter(({ load }) => load === times);
  const visitsOf = (some: readonly Phase[]) => some.flatMap(({ visits }) => visits);
  const [good, goodOver] = [computeGoodput(atPeak), computeGoodput(over)];
  const p99Of = (some: readonly Phase[]) => percentiles(acceptedWaits(visitsOf(some))).p99;
  const [p99, p99Over] = [p99Of(atPeak), p99Of(over)];
  const odd = visitsOf(phases).filter(({ status }) => ![202, 429, 503].includes(status));
  const findings: Finding[] = [
    ...speedFindings([good, goodOver], [p99, p99Over]),
    noneWrong(
      'answers other than 202, 429 and 503',
      visitsOf(phases).length,
      odd.map(({ status }) => String(status)),
    ),
    atLeastOne('posts refused above the peak', visitsOf(over).length - accepted(visitsOf(over)).length),
    ...kept,
  ];
  return {
    hypothesis: `At ${times} times its peak load, the system still processes at least ${percent(limits.goodputShare, 1)} of its peak rate with at most ${limits.latencyTimes} times the latency, and refuses the rest at once.`,
    findings,
    facts: [
      ['measured peak, also the throttle', `${peak.toFixed(1)} orders per second`],
      ['processed per second, at the peak and above it', `${good.toFixed(1)}, ${goodOver.toFixed(1)}`],
      ['p99 of an accepted post, at the peak and above it', `${p99.toFixed(0)} ms, ${p99Over.toFixed(0)} ms`],
      ['answers at the peak', formatStatuses(visitsOf(atPeak))],
      ['answers above it', formatStatuses(visitsOf(over))],
    ] as const,
    notes,
    charts: buildCharts(phases),
  };
}

type Pair = readonly [atPeak: number, above: number];

function speedFindings([good, goodOver]: Pair, [p99, p99Over]: Pair): Finding[] {
  return [
    {
      what: `orders processed per second at ${times} times the peak`,
      measured: `${percent(goodOver, good)} of the rate at the peak`,
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
  ];
}

function buildCharts(phases: readonly Phase[]): readonly Chart[] {
  const visits = phases.flatMap((phase) => phase.visits);
  const begunAt = Math.min(...visits.map(({ clickedAt }) => clickedAt));
  const since = (at: number) => (at - begunAt) / 1_000;
  const clicked = (some: readonly Visit[]) => some.map(({ clickedAt }) => clickedAt);
  const refused = visits.filter(({ status }) => status !== 202);
  const bySecond = Map.groupBy(accepted(visits), ({ clickedAt }) => Math.floor(since(clickedAt)));
  const p99 = [...bySecond].map(([second, some]) => [second, percentiles(acceptedWaits(some)).p99] as const);
  return [
    {
      title: 'Orders, by the second of the click',
      unit: 'orders per second',
      lines: [
        { name: 'accepted', points: rates(clicked(accepted(visits)), begunAt, 1) },
        { name: 'refused', points: rates(clicked(refused), begunAt, 1) },
      ],
    },
    {
      title: 'Latency of accepted posts',
      unit: 'milliseconds',
      lines: [{ name: 'p99', points: p99.toSorted(([a], [b]) => a - b) }],
    },
  ];
}
