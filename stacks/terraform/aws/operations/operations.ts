import { CloudwatchDashboard } from '@cdktf/provider-aws/lib/cloudwatch-dashboard/index.js';
import { Construct } from 'constructs';
import { nameInAccount } from '../../../model/names.ts';
import { alarmRows } from '../../../model/operations/alarm-rows.ts';
import { dashboardRows, type GraphRow } from '../../../model/operations/dashboard-rows.ts';
import type { Stage } from '../../../model/stages/stage-settings.ts';
import type { Account } from '../account.ts';
import { addAlarms } from './alarms.ts';

export interface OperationsProps {
  readonly stage: Stage;
  readonly account: Account;
  /** Undefined behind Function URLs. */
  readonly apiId: string | undefined;
}

/** Alarms and dashboard. They refer to resources by name, so they depend on almost none. */
export class Operations extends Construct {
  constructor(scope: Construct, id: string, { stage, account, apiId }: OperationsProps) {
    super(scope, id);
    addAlarms(this, { stage, account, rows: alarmRows(stage, apiId), topic: 'alarms' });
    new CloudwatchDashboard(this, 'Dashboard', {
      dashboardName: nameInAccount(stage, 'operations'),
      dashboardBody: JSON.stringify({ widgets: buildWidgets(stage, account.region) }),
    });
  }
}

const [width, height] = [12, 6];

function buildWidgets(stage: Stage, region: string): object[] {
  return dashboardRows(stage).flatMap((line, row) =>
    line.map((graph, column) => ({
      type: 'metric',
      width,
      height,
      x: column * width,
      y: row * height,
      properties: { view: 'timeSeries', title: graph.title, region, metrics: toMetrics(graph), yAxis: {} },
    })),
  );
}

const toMetrics = ({ metrics }: GraphRow): unknown[] =>
  metrics.map(({ namespace, metricName, dimensions, periodSeconds: period, statistic: stat }) => [
    namespace,
    metricName,
    ...Object.entries(dimensions).flat(),
    { period, stat },
  ]);
