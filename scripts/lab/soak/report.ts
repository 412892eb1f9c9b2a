import { orderStates } from '../../../functions/domain/order.ts';
import type { Chart } from '../../report/chart.ts';
import { describeFailures, findingTable } from '../../report/finding.ts';
import { rates } from '../../report/rates.ts';
import { plural, type Report, type Table } from '../../report/report.ts';
import { countOrders } from '../../sale/judge/placing.ts';
import { byStatus, countBy, percentiles } from '../../sale/place-orders.ts';
import { countGivenUp, judgeSoak } from './judge.ts';
import type { SoakResult } from './soak.ts';

export function soakReport(result: SoakResult): Report {
  const { options, deadLetters, faults, seconds } = result;
  const findings = judgeSoak(result);
  return {
    title: `Soak of ${plural(options.orders, 'order')}, seed ${options.seed}`,
    about: `A sale of ${seconds.toFixed(0)} s under ${faults.length} kinds of faults, while workers are killed.`,
    success: 'All checks passed: nothing lost, doubled, oversold or leaked.',
    failures: describeFailures(findings),
    sections: [
      { title: 'Over time', charts: buildCharts(result) },
      { title: 'Orders (information)', table: orderTable(result) },
      { title: 'Faults and conditions (information)', table: conditionTable(result) },
      {
        title: 'Dead letters',
        ...(deadLetters.length === 0
          ? { notes: ['None.'] }
          : {
              table: {
                head: ['message', 'reason'],
                rows: deadLetters.map(({ body, reason }) => [body, reason ?? 'UNEXPLAINED']),
              },
            }),
      },
      { title: 'Judged', table: findingTable(findings) },
    ],
  };
}

function orderTable(result: SoakResult): Table {
  const { options, placing, cancels, snapshot } = result;
  const count = (state: string) => snapshot.orders.filter((order) => order.state === state).length;
  const { p50, p99 } = percentiles(placing.latenciesMs);
  return {
    rows: [
      ['orders accepted', countOrders(placing)],
      ...orderStates.map((state) => [state.toLowerCase(), count(state)]),
      ['orders per second', (options.orders / placing.seconds).toFixed(1)],
      ['seconds of posting', placing.seconds.toFixed(0)],
      ['latency of an accepted post, p50, ms', p50.toFixed(0)],
      ['latency of an accepted post, p99, ms', p99.toFixed(0)],
      ['answers to cancels', byStatus(countBy([...cancels.values()]))],
      ['last answers to posts', byStatus(placing.statuses)],
      ['orders whose client gave up without an answer', countGivenUp(result)],
    ],
  };
}

function conditionTable({ options, placing, faults, kills, seconds, samples, deadLetters }: SoakResult): Table {
  const peakMb = Math.max(0, ...samples.map(({ memoryMb }) => memoryMb));
  return {
    rows: [
      ['posts repeated with the same key', placing.repeated['in parallel'] + placing.repeated.later],
      ['attempts answered 429 or 5xx, then retried', placing.throttled],
      ...faults.map(({ kind, service, operation, injected, calls }) => [
        `calls hit by '${kind}' (${service} ${operation})`,
        `${injected} of ${calls}`,
      ]),
      ['workers killed', kills.length],
      ['seconds between kills', String(options.killEveryMs / 1_000)],
      ['seconds until the last order was settled and counted', seconds.toFixed(0)],
      ['peak memory of the platform, MB', peakMb],
      ['dead letters', deadLetters.length],
    ],
  };
}

function buildCharts({ begunAt, seconds, snapshot, samples, kills }: SoakResult): readonly Chart[] {
  const slice = Math.max(1, Math.ceil(seconds / 120));
  const since = (at: number) => (at - begunAt) / 1_000;
  const accepted = snapshot.orders.map((order) => Date.parse(order.acceptedAt));
  const settled = snapshot.events
    .filter((event) => event.order.version === 2)
    .map((event) => Date.parse(event.order.changedAt));
  return [
    {
      title: 'Orders',
      unit: 'orders per second',
      lines: [
        { name: 'accepted', points: rates(accepted, begunAt, slice) },
        { name: 'settled', points: rates(settled, begunAt, slice) },
      ],
    },
    {
      title: 'Order queue',
      unit: 'messages',
      lines: [{ name: 'waiting', points: samples.map(({ at, waiting }) => [since(at), waiting]) }],
    },
    {
      title: 'Memory of the platform',
      unit: 'MB',
      lines: [{ name: 'all its processes', points: samples.map(({ at, memoryMb }) => [since(at), memoryMb]) }],
    },
    {
      title: 'Workers killed so far',
      unit: 'workers',
      lines: [{ name: 'killed', points: [[0, 0], ...kills.map((at, index) => [since(at), index + 1] as const)] }],
    },
  ];
}
