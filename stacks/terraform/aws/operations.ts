import { CloudwatchDashboard } from '@cdktf/provider-aws/lib/cloudwatch-dashboard/index.js';
import { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js';
import { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic/index.js';
import { SnsTopicPolicy } from '@cdktf/provider-aws/lib/sns-topic-policy/index.js';
import { Construct } from 'constructs';
import { physicalName } from '../../model/names.ts';
import { alarmDescription, alarmName, alarmRows } from '../../model/operations/alarm-rows.ts';
import { dashboardRows, type GraphRow } from '../../model/operations/dashboard-rows.ts';
import type { Stage } from '../../model/stages/stage-settings.ts';
import type { Account } from './account.ts';
import { toPolicyDocument } from './iam-policy.ts';

/** Alarms and dashboard. They refer to resources by name, so they depend on none. */
export class Operations extends Construct {
  constructor(scope: Construct, id: string, { stage, account }: { stage: Stage; account: Account }) {
    super(scope, id);
    const topic = stage.alarms.topic ? this.addTopic(stage) : undefined;
    for (const row of alarmRows(stage)) {
      const { namespace, metricName, dimensions, statistic, periodSeconds } = row.metric;
      new CloudwatchMetricAlarm(this, row.name, {
        alarmName: alarmName(stage, row),
        alarmDescription: alarmDescription(row),
        namespace,
        metricName,
        dimensions: { ...dimensions },
        statistic,
        period: periodSeconds,
        threshold: row.threshold,
        comparisonOperator: 'GreaterThanOrEqualToThreshold',
        evaluationPeriods: row.minutes,
        treatMissingData: 'notBreaching',
        ...(topic && { alarmActions: [topic.arn] }),
      });
    }
    new CloudwatchDashboard(this, 'Dashboard', {
      dashboardName: physicalName(stage.name, 'operations'),
      dashboardBody: JSON.stringify({ widgets: buildWidgets(stage, account.region) }),
    });
  }

  private addTopic(stage: Stage): SnsTopic {
    const topic = new SnsTopic(this, 'Topic', { name: physicalName(stage.name, 'alarms') });
    const statement = {
      Sid: 'AllowPublishThroughSSLOnly',
      Effect: 'Deny',
      Action: 'sns:Publish',
      Principal: '*',
      Resource: topic.arn,
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    };
    new SnsTopicPolicy(this, 'TopicPolicy', { arn: topic.arn, policy: toPolicyDocument([statement]) });
    return topic;
  }
}

const [width, height] = [12, 6];

function buildWidgets(stage: Stage, region: string): object[] {
  return dashboardRows(stage.name).flatMap((line, row) =>
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
