import { setTimeout as sleep } from 'node:timers/promises';
import { exchangeFaults } from '../../platform/gateway/faults/client.ts';
import type { FaultPlanInput } from '../../platform/gateway/faults/plan.ts';
import type { Chart } from '../../report/chart.ts';
import { atLeastOne, type Finding } from '../../report/finding.ts';
import { rates } from '../../report/rates.ts';
import type { Snapshot } from '../../sale/check/snapshot.ts';
import { openWorkQueues, type WorkQueues } from '../../sale/soak-conditions.ts';
import { accepted, type Visit } from './customers.ts';
import { type Drill, type DrillSystem, percent, requireGateway } from './drill.ts';
import { startLimitedApi } from './limited-api.ts';
import { pace } from './pace.ts';
import { findPeak } from './peak.ts';
import { type DrillSale, openSale, settledTimes } from './sale.ts';

const loadShare = 0.7;
/** How long a person waits at a page that says 'one moment'. */
const patienceMs = 120_000;
const limits = { firstSuccessSeconds: 30, backlogSeconds: 720, amplification: 1.3 } as const;
const units = 1_000_000;

/** Resets the connection of every function call; with `probability` 0, calls are only counted. */
const resets = (probability: 0 | 1): FaultPlanInput => ({ faults: [{ kind: 'reset', probability }] });

/** Stores, queue and bus become unreachable for a while. */
export const outage: Drill = async (system, { seconds, peak, say }) => {
  const gateway = requireGateway(system);
  const sale = await openSale(system, 'outage', [{ name: 'lamp', units }]);
  const queue = openWorkQueues(system);
  const free = await startLimitedApi(system.apiUrl);
  const measuredPeak = peak ?? (await findPeak(sale, queue, { shopUrl: free.url, stepSeconds: 6, say })).goodput;
  await free.close();
  const limited = await startLimitedApi(system.apiUrl, { ratePerSecond: measuredPeak, burst: Math.ceil(measuredPeak) });
  try {
    const scene: Scene = {
      system,
      gateway,
      sale,
      queue,
      shopUrl: limited.url,
      rate: measuredPeak * loadShare,
      seconds,
      say,
    };
    const quiet = await measureQuiet(scene);
    const seen = await runOutage(scene);
    return buildResult(scene, measuredPeak, quiet, seen);
  } finally {
    await exchangeFaults(gateway, undefined);
    await limited.close();
    queue.close();
  }
};

interface Scene {
  readonly system: DrillSystem;
  readonly gateway: string;
  readonly sale: DrillSale;
  readonly queue: WorkQueues;
  readonly shopUrl: string;
  /** Orders started per second. */
  readonly rate: number;
  /** Duration of the outage. */
  readonly seconds: number;
  readonly say: (text: string) => void;
}

const clickAt = ({ sale, shopUrl }: Scene, at: number) =>
  sale.order({ sku: sale.skus[0] ?? '', at, patienceMs, shopUrl });

const callsIn = (counts: readonly { readonly calls: number }[]) => counts.reduce((sum, { calls }) => sum + calls, 0);

/** Measures calls per order without faults. */
async function measureQuiet(scene: Scene): Promise<number> {
  const { gateway, sale, rate, seconds, say } = scene;
  const length = Math.max(3, Math.min(30, seconds / 2));
  say(`baseline: ${rate.toFixed(1)} orders per second for ${length.toFixed(0)} s`);
  await exchangeFaults(gateway, resets(0));
  const before = sale.visits.length;
  await pace(
    rate,
    (now) => now < length,
    (_, at) => clickAt(scene, at),
  );
  await sale.stores(60_000);
  const calls = callsIn(await exchangeFaults(gateway, resets(0)));
  return calls / accepted(sale.visits.slice(before)).length;
}

interface Seen {
  /** Epoch milliseconds. */
  readonly begunAt: number;
  readonly goneAt: number;
  readonly backAt: number;
  /** Function calls since the outage began. */
  readonly calls: number;
  readonly visits: readonly Visit[];
  readonly snapshot: Snapshot;
  readonly samples: readonly { readonly at: number; readonly queued: number; readonly waiting: number }[];
}

async function runOutage(scene: Scene): Promise<Seen> {
  const { gateway, sale, queue, rate, seconds, say } = scene;
  const first = sale.visits.length;
  const ours = () => sale.visits.slice(first);
  const begunAt = Date.now();
  let over = false;
  const load = pace(
    rate,
    () => !over,
    (_, at) => clickAt(scene, at),
  );
  const samples: { at: number; queued: number; waiting: number }[] = [];
  const sampler = setInterval(async () => {
    const waiting = ours().filter(({ answeredAt }) => answeredAt === undefined).length;
    const queued = await queue.length().catch(() => undefined);
    if (queued !== undefined) samples.push({ at: Date.now(), queued, waiting });
  }, 1_000);
  try {
    await sleep(3_000);
    say(`the endpoint is unreachable for ${seconds} s`);
    const goneAt = Date.now();
    await exchangeFaults(gateway, resets(1));
    await sleep(seconds * 1_000);
    const during = callsIn(await exchangeFaults(gateway, resets(0)));
    const backAt = Date.now();
    say('the endpoint is back');
    const latest = backAt + limits.backlogSeconds * 1_000;
    const isLeft = () => ours().some(({ clickedAt, answeredAt }) => clickedAt < backAt && answeredAt === undefined);
    while (Date.now() < latest && (isLeft() || (await queue.length()) > rate)) await sleep(1_000);
    over = true;
    await load;
    say('waiting for the last orders');
    const snapshot = await sale.stores(Math.max(60_000, latest - Date.now()));
    const after = callsIn(await exchangeFaults(gateway, undefined));
    return { begunAt, goneAt, backAt, calls: during + after, visits: ours(), snapshot, samples };
  } finally {
    over = true;
    clearInterval(sampler);
  }
}

const notes = [
  'The gateway resets every connection from functions to DynamoDB, SQS, EventBridge and CloudFront; the API and the workers stay up.',
  "API Gateway's throttle is set to the peak and concurrency is bounded: customers retry requests that Lambda would absorb by scaling.",
  'Customers retry with full jitter, up to 30 s apart, for two minutes.',
];

async function buildResult(scene: Scene, peak: number, quiet: number, seen: Seen) {
  const { goneAt, backAt, visits, snapshot, calls } = seen;
  const settled = settledTimes(snapshot);
  const instants = [...settled.values()];
  const after = instants.filter((at) => at >= backAt);
  const before = new Set(visits.filter(({ clickedAt }) => clickedAt < backAt).map(({ orderId }) => orderId));
  const backlog = [...settled].filter(([orderId, at]) => before.has(orderId) && at >= backAt).map(([, at]) => at);
  const firstSuccess = (Math.min(...after) - backAt) / 1_000;
  const emptyAfter = (Math.max(backAt, ...backlog) - backAt) / 1_000;
  const cost = calls / instants.filter((at) => at >= goneAt).length;
  const findings: Finding[] = [
    within('first order settled after recovery', firstSuccess, limits.firstSuccessSeconds, ' s'),
    within('backlog empty after recovery', emptyAfter, limits.backlogSeconds, ' s'),
    within('calls per order, relative to the baseline', cost / quiet, limits.amplification, ''),
    atLeastOne('orders that needed more than one attempt', visits.filter(({ attempts }) => attempts > 1).length),
    ...(await scene.sale.judge(snapshot)),
  ];
  const gaveUp = visits.length - accepted(visits).length;
  return {
    hypothesis: `The endpoint of stores, queue and bus is unreachable for ${scene.seconds} s at ${percent(loadShare, 1)} of the peak. Orders resume within ${limits.firstSuccessSeconds} s of recovery, the backlog is empty within ${limits.backlogSeconds / 60} minutes, and retries add less than a third more calls.`,
    findings,
    facts: [
      ['peak', `${peak.toFixed(1)} orders per second`],
      ['load', `${scene.rate.toFixed(1)} orders per second throughout`],
      ['orders clicked, accepted', `${visits.length}, ${accepted(visits).length}`],
      ['customers who gave up after two minutes', `${gaveUp}`],
      ['attempts per order', (visits.reduce((sum, one) => sum + one.attempts, 0) / visits.length).toFixed(2)],
      ['calls per order, baseline and since the outage began', `${quiet.toFixed(2)}, ${cost.toFixed(2)}`],
    ] as const,
    notes,
    charts: buildCharts(scene, seen, instants),
  };
}

function within(what: string, value: number, limit: number, unit: string): Finding {
  const measured = `${value.toFixed(unit === '' ? 2 : 1)}${unit}`;
  return { what, measured, limit: `at most ${limit}${unit}`, holds: value <= limit, timing: true };
}

function buildCharts({ seconds }: Scene, seen: Seen, settled: readonly number[]): readonly Chart[] {
  const { begunAt, visits, samples, goneAt, backAt } = seen;
  const slice = Math.max(1, Math.round(seconds / 60));
  const since = (at: number) => (at - begunAt) / 1_000;
  const clicks = visits.map(({ clickedAt }) => clickedAt);
  const counted = settled.filter((at) => at >= begunAt);
  const spans = [{ name: 'endpoint unreachable', from: since(goneAt), to: since(backAt) }];
  return [
    {
      title: 'Orders',
      unit: 'orders per second',
      lines: [
        { name: 'clicked', points: rates(clicks, begunAt, slice) },
        { name: 'settled', points: rates(counted, begunAt, slice) },
      ],
      spans,
    },
    {
      title: 'Backlog',
      unit: 'orders',
      lines: [
        { name: 'customers waiting', points: samples.map(({ at, waiting }) => [since(at), waiting]) },
        { name: 'in the queue', points: samples.map(({ at, queued }) => [since(at), queued]) },
      ],
      spans,
    },
  ];
}
