import { MonitoringAlertPolicy } from '@cdktf/provider-google/lib/monitoring-alert-policy/index.js';
import { MonitoringNotificationChannel } from '@cdktf/provider-google/lib/monitoring-notification-channel/index.js';
import { Construct } from 'constructs';
import { physicalName } from '../../model/names.ts';
import type { Stage } from '../../model/stages/stage-settings.ts';
import { type AlertRow, alertRows } from './alert-rows.ts';

/** The same alerts as on AWS: dead letters, old messages, failing functions, silent timers, the load balancer. */
export class Alerts extends Construct {
  constructor(scope: Construct, id: string, props: { readonly stage: Stage; readonly email: string | null }) {
    super(scope, id);
    const { stage, email } = props;
    const channels = email === null ? [] : [this.addChannel(stage, email)];
    for (const row of alertRows(stage))
      new MonitoringAlertPolicy(this, row.name, {
        displayName: physicalName(stage.name, row.name),
        combiner: 'OR',
        conditions: [{ displayName: row.meaning, ...toCondition(row) }],
        // The API requires a limit on alerts that each log entry could trigger.
        ...(row.kind === 'log' && { alertStrategy: { notificationRateLimit: { period: '300s' }, autoClose: '1800s' } }),
        notificationChannels: channels,
        documentation: {
          content: `${row.meaning} Runbook: docs/runbook.md#${row.runbook}`,
          mimeType: 'text/markdown',
        },
      });
  }

  private addChannel(stage: Stage, email_address: string): string {
    return new MonitoringNotificationChannel(this, 'Channel', {
      displayName: physicalName(stage.name, 'alarms'),
      type: 'email',
      labels: { email_address },
    }).id;
  }
}

function toCondition(row: AlertRow) {
  const { filter } = row;
  switch (row.kind) {
    case 'log':
      return { conditionMatchedLog: { filter } };
    case 'absence':
      return {
        conditionAbsent: {
          filter,
          duration: `${row.minutes * 60}s`,
          aggregations: [{ alignmentPeriod: '60s', perSeriesAligner: 'ALIGN_DELTA', crossSeriesReducer: 'REDUCE_SUM' }],
        },
      };
    case 'threshold':
      return {
        conditionThreshold: {
          filter,
          comparison: 'COMPARISON_GT',
          thresholdValue: row.threshold,
          duration: `${row.minutes * 60}s`,
          aggregations: [
            {
              alignmentPeriod: '60s',
              perSeriesAligner: row.aligner,
              crossSeriesReducer: row.aligner === 'ALIGN_PERCENTILE_99' ? 'REDUCE_MAX' : 'REDUCE_SUM',
            },
          ],
        },
      };
  }
}
