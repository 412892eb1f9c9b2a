import { metricsNamespace, physicalName } from '../../stacks/model/names.ts';
import type { MetricRow } from '../../stacks/model/operations/metrics.ts';
import { type SeriesName, toCounterName } from '../platform/metrics/series.ts';

/** How a query derives its number from the series. */
type Made = 'increase' | 'maximum' | 'p99' | 'share';

/** A recording rule: one number per stage and label, for all alerts and panels that use it. */
export interface Recording {
  readonly record: string;
  readonly expr: string;
}

/** A metric of the alarms, as a Prometheus query. */
export interface Query extends Required<Source> {
  readonly recording: Recording;
  /** Labels that select the metric from the recording, in addition to the stage. */
  readonly labels: Readonly<Record<string, string>>;
  readonly windowSeconds: number;
  readonly unit: 'seconds' | 'count' | 'percent';
}

/** The Prometheus series that corresponds to one CloudWatch metric. */
interface Source {
  readonly series: string;
  readonly made: Made;
  /** Factor from CloudWatch's number to Prometheus' base units. */
  readonly factor?: number;
  /** Selects a part of the series. */
  readonly only?: Readonly<Record<string, string>>;
}

const source = (series: SeriesName, made: Made, more: Omit<Source, 'series' | 'made'> = {}): Source => ({
  series,
  made,
  ...more,
});
const inMs = { factor: 1e-3 };

/** By namespace and name. */
const sources: Readonly<Record<string, Source>> = {
  'AWS/Lambda Invocations': source('function_invocations_total', 'increase'),
  'AWS/Lambda Errors': source('function_errors_total', 'increase'),
  'AWS/Lambda Throttles': source('function_throttles_total', 'increase'),
  'AWS/Lambda Duration': source('function_duration_seconds', 'p99', inMs),
  'AWS/Lambda IteratorAge': source('stream_iterator_age_seconds', 'maximum', inMs),
  'AWS/Lambda ProvisionedConcurrencyInvocations': source('function_provisioned_invocations_total', 'increase'),
  'AWS/Lambda ProvisionedConcurrencySpilloverInvocations': source('function_spillover_invocations_total', 'increase'),
  'AWS/Lambda Url5xxCount': source('api_requests_total', 'increase', { only: { status: '5xx' } }),
  'AWS/Lambda UrlRequestLatency': source('api_request_duration_seconds', 'p99', inMs),
  'AWS/ApiGateway 5xx': source('api_requests_total', 'increase', { only: { status: '5xx' } }),
  'AWS/ApiGateway Latency': source('api_request_duration_seconds', 'p99', inMs),
  'AWS/CloudFront 5xxErrorRate': source('edge_responses_total', 'share', { only: { status: '5xx' } }),
  'AWS/CloudFront OriginLatency': source('edge_origin_duration_seconds', 'p99', inMs),
  'AWS/SQS ApproximateNumberOfMessagesVisible': source('queue_messages', 'maximum', { only: { state: 'visible' } }),
  'AWS/SQS ApproximateAgeOfOldestMessage': source('queue_oldest_message_age_seconds', 'maximum'),
  'AWS/DynamoDB WriteThrottleEvents': source('table_throttled_requests_total', 'increase', { only: { side: 'write' } }),
  'AWS/DynamoDB ReadThrottleEvents': source('table_throttled_requests_total', 'increase', { only: { side: 'read' } }),
  'AWS/DynamoDB ReplicationLatency': source('table_replication_seconds', 'maximum', inMs),
  'AWS/Events FailedInvocations': source('rule_failed_invocations_total', 'increase'),
  'AWS/Scheduler InvocationDroppedCount': source('schedule_dropped_runs_total', 'increase'),
  'AWS/Events InvocationsFailedToBeSentToDlq': source('rule_lost_events_total', 'increase'),
};

/** @throws if no series corresponds to the metric */
export function toQuery(stage: string, metric: MetricRow): Query {
  const { made, factor = 1, only = {}, series } = findSource(stage, metric);
  const labels = toLabels(stage, metric.dimensions);
  const windowSeconds = metric.periodSeconds;
  const unit = made === 'share' ? 'percent' : series.endsWith('_seconds') ? 'seconds' : 'count';
  const recording = toRecording({ series, made, only }, Object.keys(labels), windowSeconds);
  return { series, made, factor, only, labels, windowSeconds, unit, recording };
}

/** PromQL expression of a query for one stage. */
export function toExpression({ recording, labels }: Query, stage: string): string {
  const matchers = Object.entries({ stage, ...labels }).map(([label, value]) => `${label}="${value}"`);
  return `${recording.record}{${matchers.join(', ')}}`;
}

function findSource(stage: string, { namespace, metricName }: MetricRow): Source {
  if (namespace === metricsNamespace(stage)) return { series: toCounterName(metricName), made: 'increase' };
  const found = sources[`${namespace} ${metricName}`];
  if (found) return found;
  throw new Error(
    `the metric '${namespace} ${metricName}' has no series in Prometheus. Add it to scripts/observability/queries.ts`,
  );
}

function toLabels(stage: string, dimensions: MetricRow['dimensions']): Record<string, string> {
  const own = (name = '') => name.slice(physicalName(stage, '').length);
  const { service, FunctionName, QueueName, RuleName, TableName, GlobalSecondaryIndexName: index = '' } = dimensions;
  const { ReceivingRegion: receiving_region, ScheduleGroup } = dimensions;
  if (service !== undefined) return { service };
  if (FunctionName !== undefined) return { service: own(FunctionName) };
  if (QueueName !== undefined) return { queue: own(QueueName) };
  if (RuleName !== undefined) return { rule: own(RuleName) };
  if (ScheduleGroup !== undefined) return { group: own(ScheduleGroup) };
  // A stage has one API and one CDN.
  if (TableName === undefined) return {};
  return { table: own(TableName), index, ...(receiving_region !== undefined && { receiving_region }) };
}

const toWindow = (seconds: number): string => `${seconds / 60}m`;

/** Names follow https://prometheus.io/docs/practices/rules/: level, metric, operations. */
function toRecording({ series, made, only = {} }: Source, by: readonly string[], seconds: number): Recording {
  const window = toWindow(seconds);
  const levels = ['stage', ...by];
  const metric = [series.replace(/_total$/, ''), ...Object.values(only)].join('_');
  const name = (operation: string) => `${levels.join('_')}:${metric}:${operation}${window}`;
  const matchers = Object.entries(only).map(([label, value]) => `${label}="${value}"`);
  const part = matchers.length > 0 ? `{${matchers.join(', ')}}` : '';
  const sum = (of: string, ...more: string[]) => `sum by (${[...levels, ...more].join(', ')}) (${of})`;
  switch (made) {
    case 'increase':
      return { record: name('increase'), expr: sum(`increase(${series}${part}[${window}])`) };
    case 'maximum':
      return {
        record: name('max'),
        expr: `max by (${levels.join(', ')}) (max_over_time(${series}${part}[${window}]))`,
      };
    case 'p99': {
      const rates = sum(`rate(${series}_bucket${part}[${window}])`, 'le');
      return { record: name('p99_'), expr: `histogram_quantile(0.99, ${rates})` };
    }
    case 'share': {
      const [some, all] = [part, ''].map((matcher) => sum(`increase(${series}${matcher}[${window}])`));
      return { record: name('percent'), expr: `100 * ${some} / ${all}` };
    }
  }
}
