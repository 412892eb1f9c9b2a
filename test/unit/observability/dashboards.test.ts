import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { dashboards } from '../../../scripts/observability/dashboards.ts';
import { emptyQueries } from '../../../scripts/observability/empty-queries.ts';
import { observabilityFolder } from '../../../scripts/observability/files.ts';
import { installPrometheus } from '../../../scripts/observability/promtool.ts';
import { toExpression, toQuery } from '../../../scripts/observability/queries.ts';
import { metricsOf, stageAlarms } from '../../../scripts/observability/rules.ts';
import { runPrometheus } from '../../../scripts/observability/run-prometheus.ts';
import { listen } from '../../../scripts/platform/http/listen.ts';
import { PlatformMetrics } from '../../../scripts/platform/metrics/platform-metrics.ts';
import { queueNames } from '../../../scripts/platform/metrics/queues.ts';
import { type SeriesRow, seriesRows } from '../../../scripts/platform/metrics/series.ts';
import { createWorkspace } from '../../../scripts/platform/process/workspace.ts';
import { dashboardRows } from '../../../stacks/model/operations/dashboard-rows.ts';
import { serviceNames } from '../../../stacks/model/services.ts';
import { stages } from '../../../stacks/model/stages/stages.ts';
import { streamReaders } from '../../../stacks/model/workers.ts';

const queries = dashboards.flatMap(({ panels }) =>
  panels.flatMap(({ targets }) => targets.map(({ expr }) => expr.replaceAll('$stage', 'local'))),
);

const isLocal = (series: string): boolean =>
  seriesRows.every(([name, row]: readonly [string, SeriesRow]) => name !== series || row.notLocal === undefined);

/** Expressions that the alerts compare; an alert on a missing series never fires. */
const watched = stageAlarms(stages.local)
  .flatMap(({ metric }) => metricsOf(metric))
  .map((metric) => toQuery('local', metric))
  .filter(({ series }) => isLocal(series))
  .map((query) => toExpression(query, 'local'));

const emf = (name: string) => ({
  _aws: { CloudWatchMetrics: [{ Dimensions: [['service']], Metrics: [{ Name: name, Unit: 'Count' }] }] },
  service: 'x',
  [name]: 1,
});

/** A platform that has done a little of everything. */
function busyMetrics(): PlatformMetrics {
  const metrics = new PlatformMetrics(stages.local);
  metrics.expectFunctions();
  for (const service of serviceNames) metrics.observe('function_duration_seconds', { service }, 0.1);
  metrics.observe('api_request_duration_seconds', { service: 'catalog', route: 'getProduct' }, 0.1);
  for (const service of streamReaders) metrics.streamAge(service, 1);
  for (const state of ['Accepted', 'Confirmed', 'Rejected', 'Cancelled', 'Fulfilled'])
    metrics.app.emit('intake', emf(`Orders${state}`));
  const call = { aws_service: 'dynamodb', operation: 'PutItem' };
  metrics.count('aws_requests_total', { ...call, status: '4xx' });
  metrics.count('aws_throttled_requests_total', call);
  const queue = { visible: 1, inFlight: 0, delayed: 0, oldestSeconds: 3 };
  metrics.connect({
    totals: {
      edge_results_total: () => [{ labels: { pattern: '/*', result: 'hits' }, value: 3 }],
      faults_injected_total: () => [{ labels: { kind: 'throttle', ...call }, value: 1 }],
    },
    queues: async () => queueNames.map((name) => ({ queue: name, ...queue })),
  });
  return metrics;
}

/** Series that only a stage on AWS has. */
const onAws = seriesRows
  .filter(([, { notLocal }]: readonly [string, SeriesRow]) => notLocal !== undefined)
  .flatMap(([name]) => serviceNames.map((service) => `${name}{service="${service}"} 1\n`))
  .join('');

test('every panel shows something in Prometheus, and every alert watches something', {
  timeout: 300_000,
}, async (context) => {
  const programs = await installPrometheus().catch((error: Error) => error);
  if (programs instanceof Error) return context.skip(`Prometheus is not installed: ${programs.message}`);
  const metrics = busyMetrics();
  const target = await listen(0, 'a busy platform', async (_request, response) => {
    const text = await metrics.read();
    response.writeHead(200, { 'content-type': metrics.contentType }).end(`${text}${onAws}`);
  });
  onTestFinished(() => target.close());
  const workspace = createWorkspace();
  onTestFinished(() => workspace.remove());
  const configFile = join(workspace.folder, 'prometheus.yml');
  const config = {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: [join(observabilityFolder, 'rules/recording.yml')],
    scrape_configs: [
      { job_name: 'platform', static_configs: [{ targets: [new URL(target.url).host], labels: { stage: 'local' } }] },
    ],
  };
  // JSON is YAML.
  writeFileSync(configFile, JSON.stringify(config));
  const prometheus = await runPrometheus({ prometheus: programs.prometheus, configFile, workspace });
  onTestFinished(() => prometheus.stop());
  expect(queries.length).toBeGreaterThan(50);
  expect(await emptyQueries(prometheus.url, [...queries, ...watched], 60_000)).toEqual([]);
  const spoilt = ['app_orders_acepted_total{stage="local"}', `${queries[0]} >`, queries[0] ?? ''];
  expect(await emptyQueries(prometheus.url, spoilt, 500)).toEqual(spoilt.slice(0, 2));
});

test('the dashboards have a graph for each one on the AWS dashboard', () => {
  const [operations] = dashboards;
  const graphs = dashboardRows(stages.local).flat();
  expect(operations?.panels.map(({ targets }) => targets.length)).toEqual(graphs.map(({ metrics }) => metrics.length));
});

test('a panel says which of its series the local platform lacks, and why', () => {
  const panel = dashboards[0]?.panels.find(({ title }) => title === 'Throttles a minute');
  expect(panel?.description).toBe(
    'Not on the local platform: function_throttles_total: a call waits for a free environment, and none is refused.',
  );
});
