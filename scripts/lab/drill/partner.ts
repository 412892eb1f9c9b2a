import { setTimeout as sleep } from 'node:timers/promises';
import { partnerAt } from '../../platform/partner/client.ts';
import { chart, rates } from '../../report/chart.ts';
import type { Snapshot } from '../../sale/check/snapshot.ts';
import { workQueuesOf } from '../../sale/conditions.ts';
import { logLines } from '../../sale/function-log.ts';
import { percentiles } from '../../sale/place-orders.ts';
import { accepted, type Visit } from './customers.ts';
import type { Drill, DrillSystem, Finding } from './drill.ts';
import { pace } from './pace.ts';
import { warmUp } from './peak.ts';
import { invariantsOf, openSale, type SaleOf } from './sale.ts';

const steadyRate = 8;
const limits = { sparedShare: 0.95, closesWithinSeconds: 30 } as const;
/** Postponed orders come back up to a minute later, and a slow machine takes its time. */
const handedOverWithinMs = 300_000;
/** Orders go on for a while before and after. */
const marginSeconds = 5;

/** The partner is gone for a while. */
export const partner: Drill = async (system, { seconds, peak, say }) => {
  const rate = peak ?? steadyRate;
  const them = partnerAt(system.partnerUrl);
  const sale = await openSale(system, 'partner', [{ name: 'lamp', units: 1_000_000 }]);
  const queue = workQueuesOf(system);
  try {
    await warmUp(sale, queue);
    say(`${rate} orders a second`);
    const load = pace(
      rate,
      (now) => now < seconds + 2 * marginSeconds,
      (_, at) => sale.order({ sku: sale.skus[0] ?? '', at, patienceMs: 30_000 }),
    );
    await sleep(marginSeconds * 1_000);
    say(`the partner is gone for ${seconds} s`);
    const goneAt = Date.now();
    const before = await them.calls();
    await them.setScript({ down: true });
    await sleep(seconds * 1_000);
    const calls = (await them.calls()).down - before.down;
    await them.setScript({});
    const backAt = Date.now();
    say('it is back');
    await load;
    const snapshot = await sale.stores(handedOverWithinMs);
    return await resultOf(system, sale, { rate, seconds, goneAt, backAt, calls, snapshot });
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
  /** That the partner got while it was down. */
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

async function resultOf(system: DrillSystem, { visits }: SaleOf, seen: Seen) {
  const { seconds, goneAt, backAt, calls, snapshot } = seen;
  const log = { service: 'fulfilment', sinceMs: goneAt } as const;
  const postponed = await logLines<LogLine>(system, { ...log, message: 'postponed' });
  const transitions = await logLines<Transition>(system, { ...log, message: 'breaker' });
  // Each of them would have been a call at least.
  const wanted = postponed.filter((line) => at(line) < backAt).length;
  const opened = transitions.find(({ to }) => to === 'OPEN');
  const closed = transitions.find((one) => one.to === 'CLOSED' && at(one) >= backAt);
  const closedAfter = closed ? (at(closed) - backAt) / 1_000 : Number.POSITIVE_INFINITY;
  const fulfilled = fulfilledAt(snapshot);
  const findings: Finding[] = [
    {
      what: 'the breaker opens',
      measured: opened ? `after ${((at(opened) - goneAt) / 1_000).toFixed(1)} s` : 'never',
      limit: 'it does',
      holds: opened !== undefined,
    },
    {
      what: 'and closes after the return',
      measured: closed ? `after ${closedAfter.toFixed(1)} s` : 'never',
      limit: `within ${limits.closesWithinSeconds} s`,
      holds: closedAfter <= limits.closesWithinSeconds,
      timing: true,
    },
    {
      what: 'calls spared to the partner while it was gone',
      measured: `${((1 - calls / wanted) * 100).toFixed(1)} %: ${calls} of ${wanted} made`,
      limit: `at least ${limits.sparedShare * 100} %`,
      holds: calls <= wanted * (1 - limits.sparedShare),
      timing: true,
    },
    everyOneFulfilled(visits, fulfilled),
    ...invariantsOf(snapshot, visits),
  ];
  return {
    hypothesis: `A partner that is gone for ${seconds} s is hardly called meanwhile, and once it is back every order is handed over, once; customers notice nothing.`,
    findings,
    facts: factsOf(seen, visits, transitions, fulfilled),
    notes: [
      "'Gone' is a connection that ends without an answer. Counted as wanted is each time that an order was taken up and postponed: without the breaker that would have been one to three calls.",
      'The longer it lasts, the larger the share that is spared: the first calls, until the breaker opens, and a probe every few seconds are what it costs.',
    ],
    charts: chartsOf(visits, postponed, fulfilled),
  };
}

/** When each order was handed over, in epoch milliseconds, by its id. */
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

function factsOf(
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
    ['orders', `${visits.length}, ${rate} a second`],
    ['clicked while the partner was gone', `${waiting.length}`],
    [
      'of those handed over after the return, p50 and last',
      `${percentiles(delays).p50.toFixed(0)} s, ${Math.max(...delays).toFixed(0)} s`,
    ],
    ['transitions of the breaker', counted.join(', ')],
  ] as const;
}

function chartsOf(visits: readonly Visit[], postponed: readonly LogLine[], fulfilled: ReadonlyMap<string, number>) {
  const clicks = visits.map(({ clickedAt }) => clickedAt);
  const begunAt = Math.min(...clicks);
  return {
    'orders.svg': chart('Orders a second', [
      { name: 'clicked', color: '#1f77b4', points: rates(clicks, begunAt, 2) },
      { name: 'postponed', color: '#ff7f0e', points: rates(postponed.map(at), begunAt, 2) },
      { name: 'fulfilled', color: '#2ca02c', points: rates([...fulfilled.values()], begunAt, 2) },
    ]),
  };
}
