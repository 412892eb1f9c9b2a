import { type Service, serviceNames } from '../../../../stacks/model/services.ts';
import { isTimerWorker } from '../../../../stacks/model/workers.ts';
import { type Call, presentVersion } from '../../../platform/functions/versions.ts';
import type { Chart } from '../../../report/chart.ts';
import { allOf, atLeastOne, type Finding, noneWrong } from '../../../report/finding.ts';
import { rates } from '../../../report/rates.ts';
import type { Snapshot } from '../../../sale/check/snapshot.ts';
import { accepted, type Visit } from '../customers.ts';
import type { DrillResult } from '../drill.ts';
import { settledTimes } from '../sale.ts';
import type { BadVersion } from './bad-versions.ts';
import { type Fired, minuteMs as periodMs } from './local-alarms.ts';

export interface GoodRelease {
  /** Name of the previous version. */
  readonly name: string;
  readonly calls: readonly Call[];
  readonly fired: readonly Fired[];
  readonly p99Ms: number;
}

export interface BadRelease {
  readonly name: BadVersion;
  readonly calls: readonly Call[];
  /** Alarm that fired before the bad version got a call. */
  readonly early: string | undefined;
  readonly alarm: string | undefined;
  /** Time from its first call to the alarm. */
  readonly tookMs: number | undefined;
  /** Evaluation time of the alarm that fired. */
  readonly allowedMs: number;
  /** Number of repaired rows. */
  readonly repaired: number;
}

export interface Seen {
  readonly good: GoodRelease;
  readonly bad: readonly BadRelease[];
  readonly rate: number;
  readonly kept: readonly Finding[];
  readonly snapshot: Snapshot;
  readonly visits: readonly Visit[];
}

/** Services that get calls during the drill: a timer runs only once a minute, and the local stage has no CDN. */
const served = serviceNames.filter((name) => !isTimerWorker(name) && name !== 'invalidation');
/** Delay between the end of a period and its evaluation, on a busy machine. */
const slackMs = 2_000;

const expectedAlarms: Readonly<Record<BadVersion, RegExp>> = {
  throws: /-(errors|5xx)$/,
  slow: /-latency$/,
  'wrong-state': /-unreadable-rows$/,
};

const countOf = (calls: readonly Call[], version: string, service: Service) =>
  calls.filter((call) => call.version === version && call.service === service).length;

export function buildResult(seen: Seen): DrillResult {
  const { good, bad, kept, snapshot, visits } = seen;
  const settled = settledTimes(snapshot);
  const orders = accepted(visits);
  return {
    hypothesis: `Two versions of every function share queues, streams and tables while the calls move to the new one and back; nothing is lost and no alarm fires. A bad version is rolled back by its alarm.`,
    findings: [
      ...[good.name, presentVersion].flatMap((version) =>
        served.map((service) =>
          atLeastOne(`calls of ${service}, version ${version}`, countOf(good.calls, version, service)),
        ),
      ),
      noneWrong('alarms during the good release', good.calls.length, [
        ...new Set(good.fired.map(({ alarm }) => alarm)),
      ]),
      ...bad.flatMap((one) => judgeBad(one)),
      allOf('accepted orders settled', orders.filter(({ orderId = '' }) => settled.has(orderId)).length, orders.length),
      ...kept,
    ],
    facts: [
      ['orders accepted', `${orders.length}, ${seen.rate} clicks per second`],
      ['calls of both versions', countBy(good.calls)],
      ['p99 of the good versions', `${good.p99Ms.toFixed(0)} ms`],
      ...bad.map(({ name, calls }) => [`calls while '${name}' was released`, countBy(calls)] as const),
      ...bad
        .filter(({ repaired }) => repaired > 0)
        .map(({ name, repaired }) => [`orders put right after '${name}'`, `${repaired}`] as const),
    ],
    notes: [
      `A minute of an alarm takes ${periodMs / 1_000} s here, with the thresholds of the stage's own alarm rows; the one on latency is set to 1.5 times the p99 measured.`,
      'Functions run in threads of this process. On AWS, CodeDeploy moves the share, and CloudWatch judges.',
      'Alarms on queues, tables and the bus are not judged here.',
    ],
    charts: buildCharts(visits, settled),
  };
}

function judgeBad({ name, calls, early, alarm, tookMs = Number.POSITIVE_INFINITY, allowedMs }: BadRelease): Finding[] {
  const measured = alarm ? `${alarm} after ${(tookMs / 1_000).toFixed(1)} s` : 'no alarm fired';
  // A period already in progress counts in part.
  const limitMs = allowedMs + periodMs + slackMs;
  return [
    atLeastOne(`calls of the version '${name}'`, calls.filter(({ version }) => version === name).length),
    {
      what: `no alarm before '${name}' is released`,
      measured: early ?? 'none',
      limit: 'none',
      holds: early === undefined,
      timing: true,
    },
    {
      what: `'${name}' is rolled back by its alarm`,
      measured,
      limit: `an alarm ${expectedAlarms[name].source}`,
      holds: alarm !== undefined && expectedAlarms[name].test(alarm),
      // On a busy machine every version is slow.
      ...(name === 'slow' && { timing: true }),
    },
    {
      what: `'${name}' is rolled back in time`,
      measured,
      limit: `within ${(limitMs / 1_000).toFixed(0)} s`,
      holds: tookMs <= limitMs,
      timing: true,
    },
  ];
}

function countBy(calls: readonly Call[]): string {
  const failed = calls.filter((call) => call.failed).length;
  const versions = Map.groupBy(calls, ({ version }) => version);
  return [...[...versions].map(([version, all]) => `${all.length} of ${version}`), `${failed} failed`].join(', ');
}

function buildCharts(visits: readonly Visit[], settled: ReadonlyMap<string, number>): readonly Chart[] {
  const clicks = visits.map(({ clickedAt }) => clickedAt);
  const begunAt = Math.min(...clicks);
  return [
    {
      title: 'Orders',
      unit: 'orders per second',
      lines: [
        { name: 'clicked', points: rates(clicks, begunAt, 2) },
        {
          name: 'settled',
          points: rates(
            [...settled.values()].filter((at) => at >= begunAt),
            begunAt,
            2,
          ),
        },
      ],
    },
  ];
}
