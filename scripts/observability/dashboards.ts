import type { Counter } from '../../functions/ports/runtime.ts';
import { dashboardRows, type GraphRow } from '../../stacks/model/operations/dashboard-rows.ts';
import { stages } from '../../stacks/model/stages/stages.ts';
import { type SeriesName, type SeriesRow, series, toCounterName } from '../platform/metrics/series.ts';
import { type Query, toExpression, toQuery } from './queries.ts';

export interface Panel {
  readonly title: string;
  readonly description?: string;
  /** Grafana's id of the unit. */
  readonly unit: string;
  readonly targets: readonly { readonly expr: string; readonly legend: string }[];
}

export interface Dashboard {
  /** File name, and id in Grafana. */
  readonly name: string;
  readonly title: string;
  readonly panels: readonly Panel[];
}

/** Grafana's template variable. */
const stage = '$stage';
const units = { seconds: 's', count: 'short', percent: 'percent' } as const;
/** Any stage: the names of the series do not depend on it. */
const anyStage = 'local';

/** The graphs of the stage's dashboard on AWS. */
function operationsPanel({ title, metrics }: GraphRow): Panel {
  const queries = metrics.map((metric) => ({ metric, query: toQuery(anyStage, metric) }));
  const reasons = new Set(queries.flatMap(({ query }) => whyNotLocal(query) ?? []));
  return {
    // Prometheus uses seconds, even where CloudWatch uses milliseconds.
    title: title.replace(/ \((ms|s)\)$/, ''),
    ...(reasons.size > 0 && { description: `Not on the local platform: ${[...reasons].join('; ')}.` }),
    unit: units[queries[0]?.query.unit ?? 'count'],
    targets: queries.map(({ metric, query }) => ({
      expr: toExpression(query, stage),
      legend: [...Object.values(query.labels).filter(Boolean), metric.metricName].join(' '),
    })),
  };
}

function whyNotLocal(query: Query): string | undefined {
  const row: SeriesRow | undefined = series[query.series as SeriesName];
  return row?.notLocal && `${query.series}: ${row.notLocal}`;
}

const perSecond = (by: string, name: string, matchers = '') =>
  `sum by (${by}) (rate(${name}{stage="${stage}"${matchers}}[1m]))`;

const one = (title: string, unit: string, expr: string, legend: string): Panel => ({
  title,
  unit,
  targets: [{ expr, legend }],
});

const orders: Counter[] = ['OrdersAccepted', 'OrdersConfirmed', 'OrdersRejected', 'OrdersCancelled', 'OrdersFulfilled'];

/** Panels of a local platform. */
const platformPanels: readonly Panel[] = [
  {
    title: 'Orders a second',
    unit: 'short',
    targets: orders.map((counter) => ({ expr: perSecond('stage', toCounterName(counter)), legend: counter })),
  },
  one('API requests a second', 'reqps', perSecond('route', 'api_requests_total'), '{{route}}'),
  one('API answers a second, by status', 'reqps', perSecond('status', 'api_requests_total'), '{{status}}'),
  one('Throttled requests a second', 'reqps', perSecond('route', 'api_throttled_requests_total'), '{{route}}'),
  one('CDN, by result', 'reqps', perSecond('result', 'edge_results_total'), '{{result}}'),
  one(
    'CDN: share answered from the cache',
    'percentunit',
    `sum(rate(edge_results_total{stage="${stage}", result=~"hits|collapsed|stale"}[1m])) / sum(rate(edge_results_total{stage="${stage}"}[1m]))`,
    'share',
  ),
  one('Messages', 'short', `queue_messages{stage="${stage}"}`, '{{queue}} {{state}}'),
  one('Oldest message', 's', `queue_oldest_message_age_seconds{stage="${stage}"}`, '{{queue}}'),
  one(
    'AWS calls a second, the ten most frequent',
    'reqps',
    `topk(10, ${perSecond('aws_service, operation', 'aws_requests_total')})`,
    '{{aws_service}} {{operation}}',
  ),
  one(
    'AWS calls a second that failed',
    'reqps',
    perSecond('aws_service, operation, status', 'aws_requests_total', ', status!="2xx"'),
    '{{aws_service}} {{operation}} {{status}}',
  ),
  one(
    'Throttled AWS calls a second',
    'reqps',
    perSecond('aws_service, operation', 'aws_throttled_requests_total'),
    '{{aws_service}} {{operation}}',
  ),
  one(
    'Injected faults a second',
    'short',
    perSecond('kind, operation', 'faults_injected_total'),
    '{{kind}} {{operation}}',
  ),
];

export const dashboards: readonly Dashboard[] = [
  { name: 'operations', title: 'Operations', panels: dashboardRows(stages[anyStage]).flat().map(operationsPanel) },
  { name: 'platform', title: 'Local platform', panels: platformPanels },
];

const datasource = { type: 'prometheus', uid: `\${datasource}` };

/** A dashboard as Grafana imports it: https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/ */
export function toGrafana({ name, title, panels }: Dashboard): object {
  return {
    uid: name,
    title,
    schemaVersion: 39,
    editable: false,
    refresh: '5s',
    time: { from: 'now-15m', to: 'now' },
    templating: {
      list: [
        { name: 'datasource', label: 'Prometheus', type: 'datasource', query: 'prometheus' },
        {
          ...{ name: 'stage', label: 'Stage', type: 'query', datasource, refresh: 2 },
          query: { query: 'label_values(up, stage)', refId: 'stage' },
        },
      ],
    },
    panels: panels.map(toGrafanaPanel),
  };
}

/** Two panels a row. Grafana's grid has 24 columns. */
const [width, height] = [12, 8];

function toGrafanaPanel({ title, description, unit, targets }: Panel, index: number): object {
  return {
    id: index + 1,
    type: 'timeseries',
    title,
    ...(description !== undefined && { description }),
    datasource,
    gridPos: { h: height, w: width, x: (index % 2) * width, y: Math.floor(index / 2) * height },
    fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
    targets: targets.map(({ expr, legend }, place) => ({
      ...{ refId: String.fromCharCode(65 + place), datasource },
      ...{ expr, legendFormat: legend, range: true },
    })),
  };
}
