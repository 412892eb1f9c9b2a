import { LoggingMetric } from '@cdktf/provider-google/lib/logging-metric/index.js';
import { MonitoringAlertPolicy } from '@cdktf/provider-google/lib/monitoring-alert-policy/index.js';
import { MonitoringNotificationChannel } from '@cdktf/provider-google/lib/monitoring-notification-channel/index.js';
import { Construct } from 'constructs';
import { deadLetterTopics, type Push, pushes, type TopicVariable, topics } from '../../model/clouds/google-topology.ts';
import { type CloudService, cloudServices } from '../../model/clouds/scaling.ts';
import { physicalName } from '../../model/names.ts';
import type { Stage } from '../../model/stages/stage-settings.ts';

interface AlertRow {
  readonly name: string;
  readonly filter: string;
  readonly threshold: number;
  readonly minutes: number;
  readonly aligner: 'ALIGN_MAX' | 'ALIGN_SUM' | 'ALIGN_RATE' | 'ALIGN_DELTA';
  readonly meaning: string;
  /** The heading in docs/runbook.md that says what to do. */
  readonly runbook: string;
}

type Counted = Pick<AlertRow, 'name' | 'threshold' | 'meaning' | 'runbook'>;

const deadLetterRunbook: Partial<Record<TopicVariable, string>> = {
  DEAD_LETTER_TOPIC: 'order-requests-dlq',
  PROJECTION_DEAD_LETTER_TOPIC: 'projection-dlq',
  FULFILMENT_DEAD_LETTER_TOPIC: 'fulfilment-requests-dlq',
};
const waitingAlerts: Readonly<Record<Push['service'], Pick<AlertRow, 'meaning' | 'runbook'>>> = {
  settlement: { meaning: 'Accepted orders wait too long to be settled.', runbook: 'queue-age' },
  projection: { meaning: 'The views are stale.', runbook: 'iterator-age' },
  fulfilment: { meaning: 'Confirmed orders wait too long to be handed over.', runbook: 'fulfilment-age' },
};

/** The same alerts as on AWS: dead letters, old messages, failing functions. */
export class Alerts extends Construct {
  constructor(scope: Construct, id: string, props: { readonly stage: Stage; readonly email: string }) {
    super(scope, id);
    const { stage, email } = props;
    const channel = new MonitoringNotificationChannel(this, 'Channel', {
      displayName: physicalName(stage.name, 'alarms'),
      type: 'email',
      labels: { email_address: email },
    });
    const rows = [...this.deadLetters(stage), ...this.waiting(stage), ...this.counters(stage), ...this.errors(stage)];
    for (const row of rows) this.add(stage, row, channel.id);
  }

  private deadLetters(stage: Stage): AlertRow[] {
    return deadLetterTopics.map((deadLetters) => {
      const { name } = topics[deadLetters];
      return {
        name: `${name}-depth`,
        filter: subscriptionMetric(stage, name, 'num_undelivered_messages'),
        threshold: 0,
        minutes: 1,
        aligner: 'ALIGN_MAX',
        meaning: `${name} holds messages.`,
        runbook: deadLetterRunbook[deadLetters] ?? '',
      };
    });
  }

  private waiting(stage: Stage): AlertRow[] {
    return pushes.map(({ name, service }) => ({
      name: `${name}-age`,
      filter: subscriptionMetric(stage, name, 'oldest_unacked_message_age'),
      threshold: service === 'projection' ? stage.alarms.iteratorAgeSeconds : stage.alarms.queueAgeSeconds,
      minutes: 2,
      aligner: 'ALIGN_MAX',
      ...waitingAlerts[service],
    }));
  }

  /** Logged errors, and 5xx responses. */
  private errors(stage: Stage): AlertRow[] {
    return cloudServices.flatMap((service): AlertRow[] => {
      const name = physicalName(stage.name, service);
      const logged = new LoggingMetric(this, `${service}-logged`, {
        name: `${name}-errors`,
        filter: `resource.type="cloud_run_revision" AND resource.labels.service_name="${name}" AND severity>=ERROR`,
        metricDescriptor: { metricKind: 'DELTA', valueType: 'INT64' },
      });
      const common = {
        threshold: stage.alarms.functionErrorsPerMinute,
        minutes: 2,
        aligner: 'ALIGN_DELTA',
        meaning: `${service} fails.`,
        runbook: 'function-errors',
      } as const;
      const run = `resource.type="cloud_run_revision" AND resource.labels.service_name="${name}"`;
      return [
        {
          ...common,
          name: `${service}-errors`,
          filter: `${run} AND metric.type="logging.googleapis.com/user/${logged.name}"`,
        },
        {
          ...common,
          name: `${service}-5xx`,
          filter: `${run} AND metric.type="run.googleapis.com/request_count" AND metric.labels.response_code_class="5xx"`,
        },
      ];
    });
  }

  /** The functions log their counters. */
  private counters(stage: Stage): AlertRow[] {
    const row = (service: CloudService, counter: string, given: Counted): AlertRow => {
      const { name } = given;
      const run = `resource.type="cloud_run_revision" AND resource.labels.service_name="${physicalName(stage.name, service)}"`;
      const counted = new LoggingMetric(this, `${name}-counted`, {
        name: physicalName(stage.name, name),
        filter: `${run} AND jsonPayload.${counter}>=1`,
        metricDescriptor: { metricKind: 'DELTA', valueType: 'INT64' },
      });
      const filter = `${run} AND metric.type="logging.googleapis.com/user/${counted.name}"`;
      return { ...given, filter, minutes: 1, aligner: 'ALIGN_DELTA' };
    };
    return [
      row('fulfilment', 'BreakerOpened', {
        name: 'partner-breaker',
        threshold: 0,
        meaning: 'The breaker opened because the partner looks down: orders wait and are not lost.',
        runbook: 'partner-down',
      }),
      row('fulfilment', 'BreakerStoreFailures', {
        name: 'partner-breaker-store',
        threshold: stage.alarms.functionErrorsPerMinute,
        meaning: 'The breaker cannot read or write its state and lets every call through.',
        runbook: 'partner-down',
      }),
      row('sweeper', 'OrdersSwept', {
        name: 'orders-swept',
        threshold: 0,
        meaning: 'Stuck orders were re-enqueued.',
        runbook: 'orders-swept',
      }),
    ];
  }

  private add(stage: Stage, row: AlertRow, channel: string): void {
    new MonitoringAlertPolicy(this, row.name, {
      displayName: physicalName(stage.name, row.name),
      combiner: 'OR',
      conditions: [
        {
          displayName: row.meaning,
          conditionThreshold: {
            filter: row.filter,
            comparison: 'COMPARISON_GT',
            thresholdValue: row.threshold,
            duration: `${row.minutes * 60}s`,
            aggregations: [{ alignmentPeriod: '60s', perSeriesAligner: row.aligner, crossSeriesReducer: 'REDUCE_SUM' }],
          },
        },
      ],
      notificationChannels: stage.alarms.topic ? [channel] : [],
      documentation: { content: `${row.meaning} Runbook: docs/runbook.md#${row.runbook}`, mimeType: 'text/markdown' },
    });
  }
}

const subscriptionMetric = (stage: Stage, name: string, metric: string): string =>
  `resource.type="pubsub_subscription" AND resource.labels.subscription_id="${physicalName(stage.name, name)}" AND metric.type="pubsub.googleapis.com/subscription/${metric}"`;
