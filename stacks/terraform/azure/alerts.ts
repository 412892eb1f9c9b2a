import { MonitorActionGroup } from '@cdktf/provider-azurerm/lib/monitor-action-group/index.js';
import { MonitorDiagnosticSetting } from '@cdktf/provider-azurerm/lib/monitor-diagnostic-setting/index.js';
import { MonitorMetricAlert } from '@cdktf/provider-azurerm/lib/monitor-metric-alert/index.js';
import { MonitorScheduledQueryRulesAlertV2 } from '@cdktf/provider-azurerm/lib/monitor-scheduled-query-rules-alert-v2/index.js';
import { Construct } from 'constructs';
import { nameLimits } from '../../model/checks/limits.ts';
import { physicalName, project } from '../../model/names.ts';
import type { Stage } from '../../model/stages/stage-settings.ts';
import { type QueryRow, queryRows } from './alert-rows.ts';
import type { Data } from './data.ts';
import type { Place } from './location.ts';

export interface AlertsProps {
  readonly place: Place;
  readonly data: Data;
  readonly workspaceId: string;
  /** The Front Door profile. */
  readonly edgeId: string;
  /** Null where alarms have no recipient. */
  readonly email: string | null;
}

interface EdgeRow {
  readonly name: string;
  readonly metricName: string;
  readonly threshold: number;
  readonly meaning: string;
  readonly runbook: string;
}

/** Failures that customers see, whichever function answers. */
const edgeRows = ({ alarms }: Stage): readonly EdgeRow[] => [
  {
    name: 'edge-5xx',
    metricName: 'Percentage5XX',
    threshold: alarms.edgeErrorPercent,
    meaning: 'Front Door answers with 5xx.',
    runbook: 'edge-errors',
  },
  {
    name: 'edge-latency',
    metricName: 'TotalLatency',
    threshold: alarms.apiLatencyMs,
    meaning: 'Customers wait too long.',
    runbook: 'api-latency',
  },
];

/** The same alerts as on AWS, from the logs and from Front Door's metrics. */
export class Alerts extends Construct {
  private readonly props: AlertsProps;
  private readonly actions: string[];

  constructor(scope: Construct, id: string, props: AlertsProps) {
    super(scope, id);
    this.props = props;
    const { place, data, email, workspaceId } = props;
    this.actions = email === null ? [] : [this.addPeople(place, email)];
    new MonitorDiagnosticSetting(this, 'QueueLogs', {
      name: 'queues',
      targetResourceId: `${data.account.id}/queueServices/default`,
      logAnalyticsWorkspaceId: workspaceId,
      enabledLog: [{ category: 'StorageWrite' }],
    });
    for (const row of queryRows(place.stage)) this.addQuery(row);
    for (const row of edgeRows(place.stage)) this.addEdgeMetric(row);
  }

  private addPeople({ stage, resourceGroupName }: Place, emailAddress: string): string {
    return new MonitorActionGroup(this, 'People', {
      name: physicalName(stage.name, 'alarms'),
      resourceGroupName,
      // Shown in text messages: 12 characters at most.
      shortName: project.slice(0, nameLimits.azureActionGroupShortName.value),
      emailReceiver: [{ name: 'on-duty', emailAddress }],
    }).id;
  }

  private addQuery(row: QueryRow): void {
    const { place, workspaceId } = this.props;
    const limit =
      row.threshold === 'missing'
        ? { operator: 'LessThan', threshold: 1 }
        : { operator: 'GreaterThan', threshold: row.threshold };
    new MonitorScheduledQueryRulesAlertV2(this, row.name, {
      name: physicalName(place.stage.name, row.name),
      resourceGroupName: place.resourceGroupName,
      location: place.location,
      description: describe(row),
      scopes: [workspaceId],
      severity: 1,
      evaluationFrequency: 'PT5M',
      windowDuration: toDuration(row.minutes),
      autoMitigationEnabled: true,
      // A table exists only after the first log line.
      skipQueryValidation: true,
      criteria: [{ query: row.query, timeAggregationMethod: 'Count', ...limit }],
      action: { actionGroups: this.actions },
    });
  }

  private addEdgeMetric({ name, metricName, threshold, ...told }: EdgeRow): void {
    const { place, edgeId } = this.props;
    new MonitorMetricAlert(this, name, {
      name: physicalName(place.stage.name, name),
      resourceGroupName: place.resourceGroupName,
      scopes: [edgeId],
      description: describe(told),
      frequency: 'PT1M',
      windowSize: 'PT5M',
      severity: 1,
      criteria: [
        {
          metricNamespace: 'Microsoft.Cdn/profiles',
          metricName,
          aggregation: 'Average',
          operator: 'GreaterThan',
          threshold,
        },
      ],
      action: this.actions.map((actionGroupId) => ({ actionGroupId })),
    });
  }
}

/** ISO 8601; Azure writes 60 minutes as an hour, and a day as `P1D`. */
function toDuration(minutes: number): string {
  if (minutes % 1_440 === 0) return `P${minutes / 1_440}D`;
  return minutes % 60 === 0 ? `PT${minutes / 60}H` : `PT${minutes}M`;
}

const describe = ({ meaning, runbook }: Pick<QueryRow, 'meaning' | 'runbook'>): string =>
  `${meaning} Runbook: docs/runbook.md#${runbook}`;
