import type { Counter } from '../../../functions/ports/runtime.ts';

export interface SeriesRow {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
  /** Why the local platform lacks the series; on AWS, CloudWatch has it. */
  readonly notLocal?: string;
}

const counter = (help: string, ...labels: string[]): SeriesRow => ({ kind: 'counter', help, labels });
const gauge = (help: string, ...labels: string[]): SeriesRow => ({ kind: 'gauge', help, labels });
const histogram = (help: string, ...labels: string[]): SeriesRow => ({ kind: 'histogram', help, labels });
const onlyOnAws = (row: SeriesRow, notLocal: string): SeriesRow => ({ ...row, notLocal });

/** Label of a status. Exact statuses would start new series, whose first increment `increase` does not see. */
export const statusClasses = ['1xx', '2xx', '3xx', '4xx', '5xx'] as const;
/** 0 means no status: the caller hung up. */
export const toStatusClass = (status: number): string => (status === 0 ? 'none' : `${Math.floor(status / 100)}xx`);

/**
 * All series except the functions' own counters. The platform registers them from here; alert rules and dashboards use
 * the same names.
 */
export const series = {
  function_invocations_total: counter('Invocations of a function.', 'service'),
  function_errors_total: counter('Invocations that failed: the function threw, or gave no answer in time.', 'service'),
  function_duration_seconds: histogram('Duration of an invocation, as its caller waits for it.', 'service'),
  function_throttles_total: onlyOnAws(
    counter('Invocations that Lambda refused.', 'service'),
    'a call waits for a free environment, and none is refused',
  ),
  function_provisioned_invocations_total: onlyOnAws(
    counter('Invocations in provisioned environments.', 'service'),
    'no environment is provisioned',
  ),
  function_spillover_invocations_total: onlyOnAws(
    counter('Invocations beyond the provisioned environments.', 'service'),
    'no environment is provisioned',
  ),
  stream_iterator_age_seconds: gauge('Greatest age of a delivered stream record in the last minute.', 'service'),
  api_requests_total: counter('Answers of the API, with or without the CDN.', 'service', 'route', 'status'),
  api_request_duration_seconds: histogram('Time until the API answers.', 'service', 'route'),
  api_throttled_requests_total: counter('Requests beyond the throttle limit of their route.', 'service', 'route'),
  edge_responses_total: counter('Responses of the CDN.', 'status'),
  edge_results_total: counter(
    'Requests to the CDN, by path pattern and by how they were answered.',
    'pattern',
    'result',
  ),
  edge_origin_requests_total: counter('Requests of the CDN to its origins.', 'pattern'),
  edge_origin_duration_seconds: histogram('Time until an origin answers the CDN.'),
  queue_messages: gauge('Messages in a queue: visible, in_flight or delayed.', 'queue', 'state'),
  queue_oldest_message_age_seconds: gauge('Age of the oldest message in a queue; 0 when it is empty.', 'queue'),
  table_throttled_requests_total: counter('Throttled requests of a table or index.', 'table', 'index', 'side'),
  table_replication_seconds: onlyOnAws(
    gauge('Age of a write when it reaches another region.', 'table', 'index', 'receiving_region'),
    'a platform of several regions replicates for itself, and has no metrics',
  ),
  rule_failed_invocations_total: onlyOnAws(
    counter('Events that a rule could not deliver.', 'rule'),
    'the engine does not count them',
  ),
  rule_lost_events_total: onlyOnAws(
    counter('Undelivered events that did not reach the dead-letter queue either.', 'rule'),
    'the engine does not count them',
  ),
  schedule_dropped_runs_total: onlyOnAws(
    counter('Runs of a group of schedules that failed at every attempt.', 'group'),
    'a local stage keeps its orders, so that it needs no export',
  ),
  aws_requests_total: counter('Calls through the gateway.', 'aws_service', 'operation', 'status'),
  aws_throttled_requests_total: counter('Calls that were answered with throttling.', 'aws_service', 'operation'),
  faults_injected_total: counter('Faults that a plan injected.', 'kind', 'aws_service', 'operation'),
} as const satisfies Readonly<Record<string, SeriesRow>>;

export type SeriesName = keyof typeof series;
export const seriesRows = Object.entries(series) as unknown as readonly (readonly [SeriesName, SeriesRow])[];

/** In seconds. Includes the alarms' limits, because a quantile is exact only at a bucket's bound. */
export const durationBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 4, 5, 10, 30];

/** Name of a metric without its unit: `OrdersAccepted` becomes `app_orders_accepted`. */
export const toAppName = (metric: string): string =>
  `app_${metric
    .replaceAll(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '_')
    .replaceAll(/\W/g, '_')
    .toLowerCase()}`;

/** Series name of a function's counter. */
export const toCounterName = (metric: string): string => `${toAppName(metric).replace(/_total$/, '')}_total`;

/** Descriptions of the functions' counters. A counter without a row here is exported all the same. */
export const counterHelp: Readonly<Record<Counter, string>> = {
  OrdersAccepted: 'Orders accepted.',
  OrdersConfirmed: 'Orders confirmed: their units are theirs.',
  OrdersRejected: 'Orders rejected for want of stock.',
  OrdersCancelled: 'Orders cancelled by their customers.',
  OrdersFulfilled: 'Orders that the partner accepted.',
  OrdersRefused: 'Orders that the partner refused for good.',
  FulfilmentsPostponed: 'Fulfilments postponed, because the partner does not answer.',
  OrdersSwept: 'Stuck orders re-enqueued.',
  Duplicates: 'Requests, messages and events that were there before.',
  Conflicts: 'Writes repeated, because another one came first.',
  ShardProbes: 'Shards of stock tried.',
  UnitsBorrowed: 'Units of stock that came from another region.',
  RegionsUnreachable: 'Questions to another region without an answer.',
  DeadLettered: 'Messages sent to a dead-letter queue by a function.',
  UnreadableRows: 'Rows that this version cannot read.',
  CacheHits: 'Products answered from the memory of a function.',
  CacheMisses: 'Products read from the table.',
  CacheCollapsed: 'Products answered by a read that another request began.',
  Invalidations: 'Invalidations of the CDN.',
  BreakerOpened: 'Transitions of the breaker to open.',
  BreakerClosed: 'Transitions of the breaker to closed.',
  BreakerProbes: 'Calls that an open breaker let through to try the partner.',
  BreakerRefused: 'Calls that the breaker refused.',
  BreakerStoreFailures: 'Failures to read or write the breaker.',
};
