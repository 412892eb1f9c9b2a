import { physicalName } from '../names.ts';
import { type QueueName, serviceNames, type TableName } from '../services.ts';
import type { Stage } from '../stages/stage-settings.ts';
import { functionMetric, type MetricRow, queueMetric, serviceMetric, tableMetric } from './metrics.ts';

export interface AlarmRow {
  readonly name: string;
  readonly metric: MetricRow;
  /** The alarm fires at this value and above. */
  readonly threshold: number;
  /** Consecutive minutes. */
  readonly minutes: number;
  readonly meaning: string;
  /** The heading in docs/runbook.md that says what to do. */
  readonly runbook: string;
}

/** All alarms of a stage. Missing data does not fire an alarm. */
export function alarmRows(stage: Stage): AlarmRow[] {
  return [
    ...queueRows(stage),
    ...functionRows(stage),
    ...streamRows(stage),
    ...partnerRows(stage),
    sweptRow(stage),
    ...tableRows(stage),
  ];
}

export const alarmName = (stage: Stage, { name }: AlarmRow): string => physicalName(stage.name, name);
export const alarmDescription = ({ meaning, runbook }: AlarmRow): string =>
  `${meaning} Runbook: docs/runbook.md#${runbook}`;

const secondsOfDay = 86_400;
const deadLetterQueues = [
  'order-requests-dlq',
  'projection-dlq',
  'fulfilment-requests-dlq',
  'invalidation-dlq',
] as const;

const ageMetric = (stage: Stage, queue: QueueName): MetricRow =>
  queueMetric(stage.name, queue, 'ApproximateAgeOfOldestMessage');

function queueRows(stage: Stage): AlarmRow[] {
  return [
    {
      name: 'order-requests-age',
      metric: ageMetric(stage, 'order-requests'),
      threshold: stage.alarms.queueAgeSeconds,
      minutes: 2,
      meaning: 'Accepted orders wait too long to be settled.',
      runbook: 'queue-age',
    },
    {
      name: 'fulfilment-requests-age',
      metric: ageMetric(stage, 'fulfilment-requests'),
      // Every request waits there for as long as the customer may cancel.
      threshold: stage.alarms.queueAgeSeconds + stage.fulfilment.cancellableSeconds,
      minutes: 2,
      meaning: 'Confirmed orders wait too long to be handed over.',
      runbook: 'fulfilment-age',
    },
    ...deadLetterQueues.flatMap((queue) => deadLetterRows(stage, queue)),
  ];
}

function deadLetterRows(stage: Stage, queue: QueueName): AlarmRow[] {
  return [
    {
      name: `${queue}-depth`,
      metric: queueMetric(stage.name, queue, 'ApproximateNumberOfMessagesVisible'),
      threshold: 1,
      minutes: 1,
      meaning: `${queue} holds messages.`,
      runbook: queue,
    },
    {
      name: `${queue}-age`,
      metric: ageMetric(stage, queue),
      threshold: stage.alarms.deadLetterAgeDays * secondsOfDay,
      minutes: 1,
      meaning: `A message in ${queue} will be deleted ${stage.queues.deadLetterRetentionDays} days after it was sent.`,
      runbook: queue,
    },
  ];
}

function functionRows(stage: Stage): AlarmRow[] {
  return serviceNames.flatMap((service): AlarmRow[] => [
    {
      name: `${service}-errors`,
      metric: functionMetric(stage.name, service, 'Errors', 'Sum'),
      threshold: stage.alarms.functionErrorsPerMinute,
      minutes: 2,
      meaning: `${service} fails.`,
      runbook: 'function-errors',
    },
    {
      name: `${service}-throttles`,
      metric: functionMetric(stage.name, service, 'Throttles', 'Sum'),
      threshold: stage.alarms.throttlesPerMinute,
      minutes: 2,
      meaning: `${service} is throttled.`,
      runbook: 'function-throttles',
    },
  ]);
}

function streamRows(stage: Stage): AlarmRow[] {
  return [
    {
      name: 'projection-iterator-age',
      metric: functionMetric(stage.name, 'projection', 'IteratorAge', 'Maximum'),
      threshold: stage.alarms.iteratorAgeSeconds * 1000,
      minutes: 2,
      meaning: 'The views are stale: projection is behind the orders.',
      runbook: 'iterator-age',
    },
    {
      name: 'invalidation-iterator-age',
      metric: functionMetric(stage.name, 'invalidation', 'IteratorAge', 'Maximum'),
      threshold: stage.alarms.iteratorAgeSeconds * 1000,
      minutes: 2,
      meaning: 'The CDN serves old products until they expire: invalidation is behind the catalog.',
      runbook: 'invalidation-dlq',
    },
  ];
}

function partnerRows(stage: Stage): AlarmRow[] {
  return [
    {
      name: 'partner-breaker',
      metric: serviceMetric(stage.name, 'fulfilment', 'BreakerOpened'),
      threshold: 1,
      minutes: 1,
      meaning: 'The breaker opened because the partner looks down: orders wait and are not lost.',
      runbook: 'partner-down',
    },
    {
      name: 'partner-breaker-store',
      metric: serviceMetric(stage.name, 'fulfilment', 'BreakerStoreFailures'),
      threshold: stage.alarms.functionErrorsPerMinute,
      minutes: 2,
      meaning: 'The breaker cannot read or write its state and lets every call through.',
      runbook: 'partner-down',
    },
  ];
}

function sweptRow(stage: Stage): AlarmRow {
  return {
    name: 'orders-swept',
    metric: serviceMetric(stage.name, 'sweeper', 'OrdersSwept'),
    threshold: 1,
    minutes: 1,
    meaning: 'Stuck orders were re-enqueued: their messages were lost or are dead letters.',
    runbook: 'orders-swept',
  };
}

function tableRows(stage: Stage): AlarmRow[] {
  return (['orders', 'stock'] satisfies TableName[]).map((table) => ({
    name: `${table}-write-throttles`,
    metric: tableMetric(stage.name, table, 'WriteThrottleEvents'),
    threshold: stage.alarms.throttlesPerMinute,
    minutes: 2,
    meaning: `Writes to the table ${table} are throttled: its ceiling, or one hot key.`,
    runbook: 'table-throttles',
  }));
}
