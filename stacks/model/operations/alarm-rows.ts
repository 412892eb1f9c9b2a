import { deadLetterQueuesIn, servicesIn, streamReadersIn } from '../access.ts';
import { exportGroupName } from '../orders-export.ts';
import { type QueueName, rowReaders, type Service, services } from '../services.ts';
import type { Stage } from '../stages/stage-settings.ts';
import {
  getQueueTrigger,
  type QueueWorker,
  queueWorkers,
  type StreamReader,
  type Subscription,
  subscriptions,
} from '../workers.ts';
import type { AlarmRow } from './alarm-row.ts';
import { apiRows } from './api-alarm-rows.ts';
import { functionMetric, type MetricRow, queueMetric, ruleMetric, scheduleMetric, serviceMetric } from './metrics.ts';
import { regionRows } from './region-alarm-rows.ts';
import { tableRows } from './table-alarm-rows.ts';
import { timerRows } from './timer-alarm-rows.ts';

/** All alarms of a stage in its own region. `apiId`: missing behind Function URLs. */
export function alarmRows(stage: Stage, apiId?: string): AlarmRow[] {
  return [
    ...apiRows(stage, apiId),
    ...queueRows(stage),
    ...functionRows(stage),
    ...streamRows(stage),
    ...busRows(stage),
    ...partnerRows(stage),
    ...unreadableRows(stage),
    ...timerRows(stage),
    ...tableRows(stage),
    ...regionRows(stage),
    ...exportRows(stage),
  ];
}

function exportRows(stage: Stage): AlarmRow[] {
  if (!stage.retention) return [];
  return [
    {
      name: 'orders-not-exported',
      // The target's errors leave out its throttling, and count runs that a retry saved.
      metric: scheduleMetric(exportGroupName(stage), 'InvocationDroppedCount'),
      threshold: 1,
      minutes: 1,
      meaning: 'The export of the orders, whose rows expire, could not be started.',
      runbook: 'orders-not-exported',
    },
  ];
}

const secondsOfDay = 86_400;

const ageMetric = (stage: Stage, queue: QueueName): MetricRow =>
  queueMetric(stage.name, queue, 'ApproximateAgeOfOldestMessage');

/** The meaning of messages that wait too long, and the runbook's entry. */
const waiting: Readonly<Record<QueueWorker, Pick<AlarmRow, 'meaning' | 'runbook'>>> = {
  settlement: { meaning: 'Accepted orders wait too long to be settled.', runbook: 'queue-age' },
  fulfilment: { meaning: 'Confirmed orders wait too long to be handed over.', runbook: 'fulfilment-age' },
};

function queueRows(stage: Stage): AlarmRow[] {
  return [
    ...queueWorkers.map((worker) => ageRow(stage, worker)),
    ...deadLetterQueuesIn(stage).flatMap((queue) => deadLetterRows(stage, queue)),
  ];
}

function ageRow(stage: Stage, worker: QueueWorker): AlarmRow {
  const { queue } = getQueueTrigger(worker);
  // Every request for the partner waits in its queue for as long as the customer may cancel.
  const heldSeconds = worker === 'fulfilment' ? stage.fulfilment.cancellableSeconds : 0;
  return {
    name: `${queue}-age`,
    metric: ageMetric(stage, queue),
    threshold: stage.alarms.queueAgeSeconds + heldSeconds,
    minutes: 2,
    ...waiting[worker],
  };
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
  return servicesIn(stage).flatMap((service) => [
    ...(services[service].trigger.kind === 'timer' ? [] : workRows(stage, service)),
    ...(stage.functions[service].provisioned ? [spilloverRow(stage, service), unprovisionedRow(stage, service)] : []),
  ]);
}

function workRows(stage: Stage, service: Service): AlarmRow[] {
  return [
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
  ];
}

const spilloverRow = (stage: Stage, service: Service): AlarmRow => ({
  name: `${service}-spillover`,
  metric: functionMetric(stage.name, service, 'ProvisionedConcurrencySpilloverInvocations', 'Sum'),
  threshold: stage.alarms.throttlesPerMinute,
  minutes: 2,
  meaning: `${service} needs more environments than are provisioned: customers wait for cold starts.`,
  runbook: 'spillover',
});

/**
 * An account with too little concurrency rejects the floor after the deploy, unseen. Then no metric of a provisioned
 * environment exists, and the alarm on spill-over has no data.
 */
function unprovisionedRow(stage: Stage, service: Service): AlarmRow {
  const sum = (metricName: string) => functionMetric(stage.name, service, metricName, 'Sum');
  return {
    name: `${service}-unprovisioned`,
    metric: {
      expression: 'IF(FILL(calls, 0) > 0 AND FILL(provisioned, 0) + FILL(spilled, 0) < 1, 1, 0)',
      metrics: {
        calls: sum('Invocations'),
        provisioned: sum('ProvisionedConcurrencyInvocations'),
        spilled: sum('ProvisionedConcurrencySpilloverInvocations'),
      },
      periodSeconds: 60,
    },
    threshold: 1,
    // A deploy allocates the environments of a new version anew, which takes a few minutes.
    minutes: 10,
    meaning: `${service} has no provisioned environment: auto scaling could not set its floor.`,
    runbook: 'unprovisioned',
  };
}

/** The meaning of a reader that is behind its stream, and the runbook's entry. */
const behind: Readonly<Record<StreamReader, Pick<AlarmRow, 'meaning' | 'runbook'>>> = {
  projection: { meaning: 'The views are stale: projection is behind the orders.', runbook: 'iterator-age' },
  invalidation: {
    meaning: 'The CDN serves old products until they expire: invalidation is behind the catalog.',
    runbook: 'invalidation-dlq',
  },
};

const streamRows = (stage: Stage): AlarmRow[] =>
  streamReadersIn(stage).map((reader) => ({
    name: `${reader}-iterator-age`,
    metric: functionMetric(stage.name, reader, 'IteratorAge', 'Maximum'),
    threshold: stage.alarms.iteratorAgeSeconds * 1000,
    minutes: 2,
    ...behind[reader],
  }));

/** The bus tries for 24 hours; then the event is a dead letter, or lost if even that fails. */
function busRows(stage: Stage): AlarmRow[] {
  const failed = ({ name, worker }: Subscription, outcome: string, metricName: string): AlarmRow => ({
    name: `${name}-${outcome}`,
    metric: ruleMetric(stage.name, name, 'events', metricName),
    threshold: 1,
    minutes: 1,
    meaning: `The bus could not deliver ${name.replaceAll('-', ' ')} to the ${worker} queue.`,
    runbook: 'bus-failures',
  });
  return subscriptions.flatMap((subscription) => [
    failed(subscription, 'undelivered', 'FailedInvocations'),
    failed(subscription, 'lost', 'InvocationsFailedToBeSentToDlq'),
  ]);
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

/** Lists leave such a row out, so no error reveals it. */
const unreadableRows = (stage: Stage): AlarmRow[] =>
  rowReaders.map((service) => ({
    name: `${service}-unreadable-rows`,
    metric: serviceMetric(stage.name, service, 'UnreadableRows'),
    threshold: 1,
    minutes: 1,
    meaning: `${service} cannot read some rows.`,
    runbook: 'unreadable-rows',
  }));
