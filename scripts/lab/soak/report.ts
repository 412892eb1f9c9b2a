import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { orderStates } from '../../../functions/domain/order.ts';
import { chart, rates } from '../../report/chart.ts';
import { describeFailures, findingLines } from '../../report/finding.ts';
import { countOrders } from '../../sale/judge/placing.ts';
import { byStatus, countBy, percentiles } from '../../sale/place-orders.ts';
import { countGivenUp, judgeSoak } from './judge.ts';
import type { SoakResult } from './soak.ts';

/** Builds the Markdown report, which links its charts as files in the same folder. */
export function soakReport(result: SoakResult): { readonly text: string; readonly charts: Record<string, string> } {
  const { options, placing, cancels, snapshot, seconds, faults, kills, deadLetters, samples } = result;
  const count = (state: string) => snapshot.orders.filter((order) => order.state === state).length;
  const { p50, p99 } = percentiles(placing.latenciesMs);
  const [findings, charts] = [judgeSoak(result), buildCharts(result)];
  const failures = describeFailures(findings);
  const peakMb = Math.max(0, ...samples.map(({ memoryMb }) => memoryMb));
  const lines = [
    `# Soak of ${options.orders} orders, seed ${options.seed}`,
    '',
    failures.length === 0 ? 'All checks passed.' : failures.map((failure) => `- FAILED: ${failure}`).join('\n'),
    '',
    '| for information | |',
    '|---|---|',
    `| orders accepted | ${countOrders(placing)} in ${placing.seconds.toFixed(0)} s, ${(options.orders / placing.seconds).toFixed(1)} a second |`,
    `| ${orderStates.join(', ').toLowerCase()} | ${orderStates.map(count).join(', ')} |`,
    `| answers to cancels | ${byStatus(countBy([...cancels.values()]))} |`,
    `| last answers to posts | ${byStatus(placing.statuses)} |`,
    `| orders whose client gave up without an answer | ${countGivenUp(result)} |`,
    `| posts repeated with the same key | ${placing.repeated['in parallel'] + placing.repeated.later} |`,
    `| attempts answered 429 or 5xx, then retried | ${placing.throttled} |`,
    `| latency of an accepted post, p50 and p99 | ${p50.toFixed(0)} ms, ${p99.toFixed(0)} ms |`,
    ...faults.map(
      (one) => `| calls hit by '${one.kind}' (${one.service} ${one.operation}) | ${one.injected} of ${one.calls} |`,
    ),
    `| workers killed | ${kills.length}, one every ${options.killEveryMs / 1_000} s |`,
    `| time until the last order was settled and counted | ${seconds.toFixed(0)} s |`,
    `| peak memory of the platform | ${peakMb} MB |`,
    `| dead letters | ${deadLetters.length} |`,
    '',
    ...deadLetters.map(({ body, reason }) => `- \`${body}\`: ${reason ?? 'UNEXPLAINED'}`),
    '',
    ...findingLines(findings),
    '',
    ...Object.keys(charts).map((file) => `![${file}](${file})`),
    '',
  ];
  return { text: lines.join('\n'), charts };
}

function buildCharts({ begunAt, seconds, snapshot, samples, kills }: SoakResult): Record<string, string> {
  const slice = Math.max(1, Math.ceil(seconds / 120));
  const since = (at: number) => (at - begunAt) / 1_000;
  const accepted = snapshot.orders.map((order) => Date.parse(order.acceptedAt));
  const settled = snapshot.events
    .filter((event) => event.order.version === 2)
    .map((event) => Date.parse(event.order.changedAt));
  return {
    'orders.svg': chart('Orders a second', [
      { name: 'accepted', color: '#1f77b4', points: rates(accepted, begunAt, slice) },
      { name: 'settled', color: '#2ca02c', points: rates(settled, begunAt, slice) },
    ]),
    'queue.svg': chart('Messages in the order queue', [
      { name: 'waiting', color: '#ff7f0e', points: samples.map(({ at, waiting }) => [since(at), waiting]) },
    ]),
    'memory.svg': chart('Memory of the platform in MB', [
      { name: 'MB', color: '#9467bd', points: samples.map(({ at, memoryMb }) => [since(at), memoryMb]) },
    ]),
    'kills.svg': chart('Workers killed, cumulative', [
      { name: 'killed', color: '#d62728', points: kills.map((at, index) => [since(at), index + 1]) },
    ]),
  };
}

/** Writes report and charts; returns the report's path. */
export function writeSoakReport(result: SoakResult, folder: string): string {
  const { text, charts } = soakReport(result);
  mkdirSync(folder, { recursive: true });
  for (const [file, svg] of Object.entries(charts)) writeFileSync(join(folder, file), svg);
  const path = join(folder, 'report.md');
  writeFileSync(path, text);
  return path;
}
