import { setTimeout as sleep } from 'node:timers/promises';
import { partnerClient } from '../../platform/partner/client.ts';
import type { Chart } from '../../report/chart.ts';
import { atLeastOne, type Finding } from '../../report/finding.ts';
import { rates } from '../../report/rates.ts';
import type { Snapshot } from '../../sale/check/snapshot.ts';
import { logLines } from '../../sale/function-log.ts';
import { percentiles } from '../../sale/place-orders.ts';
import { openWorkQueues } from '../../sale/soak-conditions.ts';
import { accepted, type Visit } from './customers.ts';
import type { Drill, DrillSystem } from './drill.ts';
import { pace } from './pace.ts';
import { warmUp } from './peak.ts';
import { type DrillSale, openSale } from './sale.ts';

const steadyRate = 8;
const limits = { sparedShare: 0.95, closesWithinSeconds: 30 } as const;
/** Postponed orders are redelivered up to a minute later, and a slow machine adds to that. */
const handedOverWithinMs = 300_000;
/** Orders run this long before and after the outage. */
const marginSeconds = 5;

/** The partner is down for a while. */
export const partner: Drill = async (system, { seconds, peak, say }) => {
  const rate = peak ?? steadyRate;
  const them = partnerClient(system.partnerUrl);
  const sale = await openSale(system, 'partner', [{ name: 'lamp', units: 1_000_000 }]);
  const queue = openWorkQueues(system);
  try {
    await warmUp(sale, queue);
    say(`${rate} orders per second`);
    const load = pace(
      rate,
      (now) => now < seconds + 2 * marginSeconds,
      (_, at) => sale.order({ sku: sale.skus[0] ?? '', at, patienceMs: 30_000 }),
    );
    await sleep(marginSeconds * 1_000);
    say(`the partner is down for ${seconds} s`);
    const goneAt = Date.now();
    const before = await them.calls();
    await them.setScript({ down: true });
    await sleep(seconds * 1_000);
    const calls = (await them.calls()).down - before.down;
    await them.setScript({});
    const backAt = Date.now();
    say('the partner is back');
    await load;
    const snapshot = await sale.stores(handedOverWithinMs);
    return await buildResult(system, sale, { rate, seconds, goneAt, backAt, calls, snapshot });
  } finally {
    await them.setScript({});
    queue.close();
  }
};

interface Seen {
  readonly rate: number;
  readonly seconds: number;
  /** Epoch milliseconds. */
  readonly goneAt: number;
  readonly backAt: number;
  /** Calls the partner received during the outage. */
  readonly calls: number;
  readonly snapshot: Snapshot;
}

interface LogLine {
  readonly timestamp: string;
}

interface Transition extends LogLine {
  readonly from: string;
  readonly to: string;
}

const at = ({ timestamp }: LogLine): number => Date.parse(timestamp);

const notes = [
  "'Down' is a connection that ends without an answer. Each attempt that postponed an order counts as a wanted call: without the breaker it would have been one to three calls.",
  'Longer outages avoid a larger share: the cost is the calls before the breaker opens, and a probe every few seconds.',
];

async function buildResult(system: DrillSystem, sale: DrillSale, seen: Seen) {
  const { visits } = sale;
  const { seconds, goneAt, backAt, calls, snapshot } = seen;
  const log = { service: 'fulfilment', sinceMs: goneAt } as const;
  const postponed = await logLines<LogLine>(system, { ...log, message: 'postponed' });
  const transitions = await logLines<Transition>(system, { ...log, message: 'breaker' });
  // Each postponed order would otherwise have been at least one call.
  const wanted = postponed.filter((line) => at(line) < backAt).length;
  const fulfilled = fulfilledAt(snapshot);
  const findings: Finding[] = [
    ...breakerFindings(transitions, seen),
    {
      what: 'calls avoided during the outage',
      measured: `${((1 - calls / wanted) * 100).toFixed(1)} %: ${calls} of ${wanted} made`,
      limit: `at least ${limits.sparedShare * 100} %`,
      holds: wanted > 0 && calls <= wanted * (1 - limits.sparedShare),
      timing: true,
    },
    everyOneFulfilled(visits, fulfilled),
    atLeastOne('calls to the partner that is down', calls),
    ...(await sale.judge(snapshot)),
  ];
  return {
    hypothesis: `A partner that is down for ${seconds} s is hardly called meanwhile. Once it is back, every order is handed over exactly once, and customers notice nothing.`,
    findings,
    facts: buildFacts(seen, visits, transitions, fulfilled),
    notes,
    charts: buildCharts(seen, visits, postponed, fulfilled),
  };
}

function breakerFindings(transitions: readonly Transition[], { goneAt, backAt }: Seen): Finding[] {
  const opened = transitions.find(({ to }) => to === 'OPEN');
  const closed = transitions.find((one) => one.to === 'CLOSED' && at(one) >= backAt);
  const closedAfter = closed ? (at(closed) - backAt) / 1_000 : Number.POSITIVE_INFINITY;
  return [
    {
      what: 'the breaker opens',
      measured: opened ? `after ${((at(opened) - goneAt) / 1_000).toFixed(1)} s` : 'never',
      limit: 'must open',
      holds: opened !== undefined,
    },
    {
      what: 'the breaker closes after recovery',
      measured: closed ? `after ${closedAfter.toFixed(1)} s` : 'never',
      limit: `within ${limits.closesWithinSeconds} s`,
      holds: closedAfter <= limits.closesWithinSeconds,
      timing: true,
    },
  ];
}

/** Handover time by order id, in epoch milliseconds. */
function fulfilledAt({ events }: Snapshot): Map<string, number> {
  const done = events.filter(({ type }) => type === 'OrderFulfilled');
  return new Map(done.map(({ order }) => [order.orderId, Date.parse(order.changedAt)]));
}

function everyOneFulfilled(visits: readonly Visit[], fulfilled: ReadonlyMap<string, number>): Finding {
  const done = accepted(visits).filter(({ orderId = '' }) => fulfilled.has(orderId));
  return {
    what: 'accepted orders fulfilled in the end',
    measured: `${done.length} of ${accepted(visits).length}`,
    limit: 'all',
    holds: done.length > 0 && done.length === accepted(visits).length,
  };
}

function buildFacts(
  { rate, backAt, goneAt }: Seen,
  visits: readonly Visit[],
  transitions: readonly Transition[],
  fulfilled: ReadonlyMap<string, number>,
) {
  const waiting = visits.filter(({ clickedAt }) => clickedAt >= goneAt && clickedAt < backAt);
  const delays = waiting.flatMap(({ orderId = '' }) => {
    const done = fulfilled.get(orderId);
    return done === undefined ? [] : [(done - backAt) / 1_000];
  });
  const named = transitions.map(({ from, to }) => `${from} to ${to}`);
  const counted = [...Map.groupBy(named, (name) => name)].map(([name, all]) => `${all.length} x ${name}`);
  return [
    ['orders', `${visits.length}, ${rate} per second`],
    ['clicked during the outage', `${waiting.length}`],
    [
      'handed over after recovery, p50 and last',
      `${percentiles(delays).p50.toFixed(0)} s, ${Math.max(...delays).toFixed(0)} s`,
    ],
    ['transitions of the breaker', counted.join(', ')],
  ] as const;
}

function buildCharts(
  { goneAt, backAt }: Seen,
  visits: readonly Visit[],
  postponed: readonly LogLine[],
  fulfilled: ReadonlyMap<string, number>,
): readonly Chart[] {
  const clicks = visits.map(({ clickedAt }) => clickedAt);
  const begunAt = Math.min(...clicks);
  const since = (ms: number) => (ms - begunAt) / 1_000;
  return [
    {
      title: 'Orders',
      unit: 'orders per second',
      lines: [
        { name: 'clicked', points: rates(clicks, begunAt, 2) },
        { name: 'postponed', points: rates(postponed.map(at), begunAt, 2) },
        { name: 'fulfilled', points: rates([...fulfilled.values()], begunAt, 2) },
      ],
      spans: [{ name: 'partner down', from: since(goneAt), to: since(backAt) }],
    },
  ];
}
