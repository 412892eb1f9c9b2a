import {
  deadLetterTopics,
  minutesBetween,
  type Push,
  pushes,
  type Timer,
  type TopicVariable,
  timerNames,
  topics,
} from '../../model/clouds/google-topology.ts';
import { type CloudService, cloudServices } from '../../model/clouds/scaling.ts';
import { physicalName } from '../../model/names.ts';
import { stopped as meanings } from '../../model/operations/timer-alarm-rows.ts';
import type { Stage } from '../../model/stages/stage-settings.ts';
import { isQueueWorker, isTimerWorker } from '../../model/workers.ts';

interface Told {
  readonly name: string;
  readonly meaning: string;
  /** The heading in docs/runbook.md that says what to do. */
  readonly runbook: string;
}

/** Fires while a metric stays above its threshold. */
export interface ThresholdRow extends Told {
  readonly kind: 'threshold';
  readonly filter: string;
  readonly threshold: number;
  /** How many minutes in a row; 0 fires on the first. */
  readonly minutes: number;
  readonly aligner: 'ALIGN_MAX' | 'ALIGN_DELTA' | 'ALIGN_PERCENTILE_99';
}

/** Fires on each such log entry, at most once in five minutes. Needs no metric of its own. */
export interface LogRow extends Told {
  readonly kind: 'log';
  readonly filter: string;
}

/** Fires when a metric has had no data for this long. */
export interface AbsenceRow extends Told {
  readonly kind: 'absence';
  readonly filter: string;
  readonly minutes: number;
}

export type AlertRow = ThresholdRow | LogRow | AbsenceRow;

const deadLetterRunbook: Partial<Record<TopicVariable, string>> = {
  DEAD_LETTER_TOPIC: 'order-requests-dlq',
  PROJECTION_DEAD_LETTER_TOPIC: 'projection-dlq',
  FULFILMENT_DEAD_LETTER_TOPIC: 'fulfilment-requests-dlq',
};
const waitingAlerts: Readonly<Record<Push['service'], Pick<Told, 'meaning' | 'runbook'>>> = {
  settlement: { meaning: 'Accepted orders wait too long to be settled.', runbook: 'queue-age' },
  projection: { meaning: 'The views are stale.', runbook: 'iterator-age' },
  fulfilment: { meaning: 'Confirmed orders wait too long to be handed over.', runbook: 'fulfilment-age' },
};

/** The same alerts as on AWS. None queries a metric of this stack: a new one may be unknown for ten minutes. */
export function alertRows(stage: Stage): AlertRow[] {
  return [
    ...deadLetters(stage),
    ...waiting(stage),
    ...counters(stage),
    ...errors(stage),
    ...timerErrors(stage),
    ...stopped(stage),
    ...loadBalancer(stage),
  ];
}

const deadLetters = (stage: Stage): AlertRow[] =>
  deadLetterTopics.map((deadLetter) => {
    const { name } = topics[deadLetter];
    return {
      kind: 'threshold',
      name: `${name}-depth`,
      filter: subscriptionMetric(stage, name, 'num_undelivered_messages'),
      threshold: 0,
      minutes: 1,
      aligner: 'ALIGN_MAX',
      meaning: `${name} holds messages.`,
      runbook: deadLetterRunbook[deadLetter] ?? '',
    };
  });

const waiting = (stage: Stage): AlertRow[] =>
  pushes.map(({ name, service }) => ({
    kind: 'threshold',
    name: `${name}-age`,
    filter: subscriptionMetric(stage, name, 'oldest_unacked_message_age'),
    threshold: isQueueWorker(service) ? stage.alarms.queueAgeSeconds : stage.alarms.iteratorAgeSeconds,
    minutes: 2,
    aligner: 'ALIGN_MAX',
    ...waitingAlerts[service],
  }));

/** Timers have their own rows: they run too rarely for a rate per minute. */
const errors = (stage: Stage): AlertRow[] =>
  cloudServices
    .filter((service) => !isTimerWorker(service))
    .flatMap((service): AlertRow[] => {
      const common = {
        kind: 'threshold',
        threshold: stage.alarms.functionErrorsPerMinute,
        minutes: 2,
        aligner: 'ALIGN_DELTA',
        meaning: `${service} fails.`,
        runbook: 'function-errors',
      } as const;
      return [
        { ...common, name: `${service}-errors`, filter: loggedErrors(stage, service) },
        { ...common, name: `${service}-5xx`, filter: answered(stage, service, '5xx') },
      ];
    });

const timerErrors = (stage: Stage): AlertRow[] =>
  timerNames.map((timer) => ({
    kind: 'threshold',
    name: `${timer}-errors`,
    filter: answered(stage, timer, '5xx'),
    threshold: 0,
    // Cloud Scheduler's next call repairs a single failure of the timers that run each minute.
    minutes: isTimerWorker(timer) ? 0 : 2,
    aligner: 'ALIGN_DELTA',
    meaning: `${timer} fails.`,
    runbook: 'function-errors',
  }));

/** No other alert notices a timer that no longer runs. */
const stopped = (stage: Stage): AlertRow[] =>
  timerNames.map((timer) => ({
    kind: 'absence',
    name: `${timer}-stopped`,
    filter: answered(stage, timer, '2xx'),
    minutes: 3 * minutesBetween(timer, stage) + 5,
    meaning: `${timer} has not run.`,
    runbook: isTimerWorker(timer) ? meanings[timer].runbook : 'timer-stopped',
  }));

/** The functions log their counters. */
const counters = (stage: Stage): AlertRow[] => [
  {
    kind: 'log',
    name: 'partner-breaker',
    filter: counted(stage, 'fulfilment', 'BreakerOpened'),
    meaning: 'The breaker opened because the partner looks down: orders wait and are not lost.',
    runbook: 'partner-down',
  },
  {
    kind: 'log',
    name: 'partner-breaker-store',
    filter: counted(stage, 'fulfilment', 'BreakerStoreFailures'),
    meaning: 'The breaker cannot read or write its state and lets every call through.',
    runbook: 'partner-down',
  },
  {
    kind: 'log',
    name: 'orders-swept',
    filter: counted(stage, 'sweeper', 'OrdersSwept'),
    meaning: 'Stuck orders were re-enqueued.',
    runbook: 'orders-swept',
  },
  {
    kind: 'log',
    name: 'unreadable-rows',
    filter: `${runOfAny(stage, [...cloudServices, ...timerNames])} AND jsonPayload.UnreadableRows>=1`,
    meaning: 'A function cannot read some rows.',
    runbook: 'unreadable-rows',
  },
];

/** Failures that customers see, whichever function answers. */
function loadBalancer(stage: Stage): AlertRow[] {
  const rule = `resource.type="https_lb_rule" AND resource.labels.url_map_name="${physicalName(stage.name, 'edge')}"`;
  const of = (metric: string) => `${rule} AND metric.type="loadbalancing.googleapis.com/https/${metric}"`;
  return [
    {
      kind: 'threshold',
      name: 'edge-5xx',
      filter: `${of('request_count')} AND metric.labels.response_code_class=500`,
      threshold: stage.alarms.apiErrorsPerMinute,
      minutes: 2,
      aligner: 'ALIGN_DELTA',
      meaning: 'The load balancer answers with 5xx.',
      runbook: 'edge-errors',
    },
    {
      kind: 'threshold',
      name: 'edge-latency',
      filter: of('total_latencies'),
      threshold: stage.alarms.apiLatencyMs,
      minutes: 5,
      aligner: 'ALIGN_PERCENTILE_99',
      meaning: 'Customers wait too long.',
      runbook: 'api-latency',
    },
  ];
}

const runOf = (stage: Stage, name: CloudService | Timer): string =>
  `resource.type="cloud_run_revision" AND resource.labels.service_name="${physicalName(stage.name, name)}"`;

const runOfAny = (stage: Stage, names: readonly (CloudService | Timer)[]): string => {
  const services = [...new Set(names)].map((name) => `"${physicalName(stage.name, name)}"`);
  return `resource.type="cloud_run_revision" AND resource.labels.service_name=(${services.join(' OR ')})`;
};

const answered = (stage: Stage, name: CloudService | Timer, responses: '2xx' | '5xx'): string =>
  `${runOf(stage, name)} AND metric.type="run.googleapis.com/request_count" AND metric.labels.response_code_class="${responses}"`;

const loggedErrors = (stage: Stage, name: CloudService): string =>
  `${runOf(stage, name)} AND metric.type="logging.googleapis.com/log_entry_count" AND metric.labels.severity="ERROR"`;

const counted = (stage: Stage, name: CloudService, counter: string): string =>
  `${runOf(stage, name)} AND jsonPayload.${counter}>=1`;

const subscriptionMetric = (stage: Stage, name: string, metric: string): string =>
  `resource.type="pubsub_subscription" AND resource.labels.subscription_id="${physicalName(stage.name, name)}" AND metric.type="pubsub.googleapis.com/subscription/${metric}"`;
