import { Dashboard, GraphWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { physicalName } from '../names.ts';
import type { Stage } from '../stage-settings.ts';
import { metricOf } from './alarms.ts';
import { dashboardRows, type GraphRow } from './dashboard-rows.ts';

export class OperationsDashboard extends Construct {
  constructor(scope: Construct, id: string, props: { readonly stage: Stage }) {
    super(scope, id);
    const stage = props.stage.name;
    new Dashboard(this, 'Dashboard', {
      dashboardName: physicalName(stage, 'operations'),
      widgets: dashboardRows(stage).map((line) => line.map(graph)),
    });
  }
}

const graph = ({ title, metrics }: GraphRow): GraphWidget =>
  new GraphWidget({ title, left: metrics.map(metricOf), width: 12 });
