import { Dashboard, GraphWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { nameInAccount } from '../../model/names.ts';
import { dashboardRows, type GraphRow } from '../../model/operations/dashboard-rows.ts';
import type { Stage } from '../../model/stages/stage-settings.ts';
import { toMetric } from './alarms.ts';

export class OperationsDashboard extends Construct {
  constructor(scope: Construct, id: string, props: { readonly stage: Stage }) {
    super(scope, id);
    const { stage } = props;
    new Dashboard(this, 'Dashboard', {
      dashboardName: nameInAccount(stage, 'operations'),
      widgets: dashboardRows(stage).map((line) => line.map(graph)),
    });
  }
}

const graph = ({ title, metrics }: GraphRow): GraphWidget =>
  new GraphWidget({ title, left: metrics.map(toMetric), width: 12 });
