import { MonitorActionGroup } from '@cdktf/provider-azurerm/lib/monitor-action-group/index.js';
import { MonitorDiagnosticSetting } from '@cdktf/provider-azurerm/lib/monitor-diagnostic-setting/index.js';
import { MonitorMetricAlert } from '@cdktf/provider-azurerm/lib/monitor-metric-alert/index.js';
import { MonitorScheduledQueryRulesAlertV2 } from '@cdktf/provider-azurerm/lib/monitor-scheduled-query-rules-alert-v2/index.js';
import { Construct } from 'constructs';
import { queues } from '../../../functions/adapters/azure/resources.ts';
import { nameLimits } from '../../model/checks/limits.ts';
import { type CloudService, cloudServices } from '../../model/clouds/scaling.ts';
import { physicalName, project } from '../../model/names.ts';
import { apiServices } from '../../model/services.ts';
import { type Data, deadLetterQueues } from './data.ts';
import type { Functions } from './functions.ts';
import type { Place } from './place.ts';

export interface AlertsProps {
  readonly place: Place;
  readonly data: Data;
  readonly functions: Functions;
  readonly workspaceId: string;
  readonly email: string;
}

interface QueryRow {
  readonly name: string;
  readonly query: string;
  readonly threshold: number;
  readonly meaning: string;
  /** The heading in docs/runbook.md that says what to do. */
  readonly runbook: string;
}

const runbooks: Readonly<Record<(typeof deadLetterQueues)[number], string>> = {
  'order-requests-poison': 'order-requests-dlq',
  'outbox-poison': 'projection-dlq',
  'fulfilment-requests-poison': 'fulfilment-requests-dlq',
};

/** The same alerts as on AWS. Storage reports queue depth only hourly, so these query the logs instead. */
export class Alerts extends Construct {
  private readonly props: AlertsProps;
  private readonly actions: string[];

  constructor(scope: Construct, id: string, props: AlertsProps) {
    super(scope, id);
    this.props = props;
    const { place, data, email, workspaceId } = props;
    const group = new MonitorActionGroup(this, 'People', {
      name: physicalName(place.stage.name, 'alarms'),
      resourceGroupName: place.resourceGroupName,
      // Stands in messages to telephones: 12 characters at most.
      shortName: project.slice(0, nameLimits.azureActionGroupShortName.value),
      emailReceiver: [{ name: 'on-duty', emailAddress: email }],
    });
    this.actions = place.stage.alarms.topic ? [group.id] : [];
    new MonitorDiagnosticSetting(this, 'QueueLogs', {
      name: 'queues',
      targetResourceId: `${data.account.id}/queueServices/default`,
      logAnalyticsWorkspaceId: workspaceId,
      enabledLog: [{ category: 'StorageWrite' }],
    });
    for (const row of [...this.deadLetters(), ...this.ages(), ...this.counters(), ...this.errors()]) this.addQuery(row);
    this.addFailedRequests();
  }

  private deadLetters(): QueryRow[] {
    return deadLetterQueues.map((queue) => ({
      name: `${queue}-depth`,
      query: `StorageQueueLogs | where OperationName == 'PutMessage' and Uri has '/${queue}/'`,
      threshold: 0,
      meaning: `${queue} holds messages.`,
      runbook: runbooks[queue],
    }));
  }

  /** The host logs the send time of each message that it starts to process. */
  private ages(): QueryRow[] {
    const { alarms, fulfilment } = this.props.place.stage;
    const age = (operation: string, seconds: number) =>
      [
        `AppTraces | where Message startswith 'Trigger Details:' and OperationName == '${operation}'`,
        "extend sent = todatetime(extract('InsertedOn: ([^,]+)', 1, Message))",
        `where datetime_diff('second', TimeGenerated, sent) >= ${seconds}`,
      ].join(' | ');
    return [
      {
        name: `${queues.orders}-age`,
        query: age('settleOrder', alarms.queueAgeSeconds),
        threshold: 0,
        meaning: 'Accepted orders wait too long to be settled.',
        runbook: 'queue-age',
      },
      {
        name: `${queues.fulfilments}-age`,
        // A request stays hidden for as long as its customer may cancel.
        query: age('fulfilOrder', fulfilment.cancellableSeconds + alarms.queueAgeSeconds),
        threshold: 0,
        meaning: 'Confirmed orders wait too long to be handed over.',
        runbook: 'fulfilment-age',
      },
    ];
  }

  /** The functions log their counters. */
  private counters(): QueryRow[] {
    const counted = (service: CloudService, counter: string) =>
      `AppTraces | where AppRoleName startswith '${physicalName(this.props.place.stage.name, service)}' and Message has '"${counter}":'`;
    return [
      {
        name: 'partner-breaker',
        query: counted('fulfilment', 'BreakerOpened'),
        threshold: 0,
        meaning: 'The breaker opened because the partner looks down: orders wait and are not lost.',
        runbook: 'partner-down',
      },
      {
        name: 'partner-breaker-store',
        query: counted('fulfilment', 'BreakerStoreFailures'),
        threshold: this.props.place.stage.alarms.functionErrorsPerMinute,
        meaning: 'The breaker cannot read or write its state and lets every call through.',
        runbook: 'partner-down',
      },
      {
        name: 'orders-swept',
        query: counted('sweeper', 'OrdersSwept'),
        threshold: 0,
        meaning: 'Stuck orders were re-enqueued.',
        runbook: 'orders-swept',
      },
    ];
  }

  private errors(): QueryRow[] {
    const { name, alarms } = this.props.place.stage;
    return cloudServices.map((service) => ({
      name: `${service}-errors`,
      query: `AppExceptions | where AppRoleName startswith '${physicalName(name, service)}'`,
      threshold: alarms.functionErrorsPerMinute,
      meaning: `${service} fails.`,
      runbook: 'function-errors',
    }));
  }

  private addQuery(row: QueryRow): void {
    const { place, workspaceId } = this.props;
    new MonitorScheduledQueryRulesAlertV2(this, row.name, {
      name: physicalName(place.stage.name, row.name),
      resourceGroupName: place.resourceGroupName,
      location: place.location,
      description: describe(row),
      scopes: [workspaceId],
      severity: 1,
      evaluationFrequency: 'PT1M',
      windowDuration: 'PT1M',
      autoMitigationEnabled: true,
      criteria: [
        { query: row.query, timeAggregationMethod: 'Count', operator: 'GreaterThan', threshold: row.threshold },
      ],
      action: { actionGroups: this.actions },
    });
  }

  private addFailedRequests(): void {
    const { place, functions } = this.props;
    for (const service of apiServices)
      new MonitorMetricAlert(this, `${service}-5xx`, {
        name: physicalName(place.stage.name, `${service}-5xx`),
        resourceGroupName: place.resourceGroupName,
        scopes: [functions.idOf(service)],
        description: describe({ meaning: `${service} answers with 5xx.`, runbook: 'function-errors' }),
        frequency: 'PT1M',
        windowSize: 'PT1M',
        severity: 1,
        criteria: [
          {
            metricNamespace: 'Microsoft.Web/sites',
            metricName: 'Http5xx',
            aggregation: 'Total',
            operator: 'GreaterThan',
            threshold: place.stage.alarms.functionErrorsPerMinute,
          },
        ],
        action: this.actions.map((actionGroupId) => ({ actionGroupId })),
      });
  }
}

const describe = ({ meaning, runbook }: Pick<QueryRow, 'meaning' | 'runbook'>): string =>
  `${meaning} Runbook: docs/runbook.md#${runbook}`;
