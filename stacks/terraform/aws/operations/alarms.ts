import { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js';
import type { AwsProvider } from '@cdktf/provider-aws/lib/provider/index.js';
import { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic/index.js';
import { SnsTopicPolicy } from '@cdktf/provider-aws/lib/sns-topic-policy/index.js';
import { SnsTopicSubscription } from '@cdktf/provider-aws/lib/sns-topic-subscription/index.js';
import type { Construct } from 'constructs';
import { physicalName } from '../../../model/names.ts';
import { type AlarmRow, alarmDescription, alarmName, evaluationPeriods } from '../../../model/operations/alarm-row.ts';
import type { MathRow, MetricRow } from '../../../model/operations/metrics.ts';
import type { Stage } from '../../../model/stages/stage-settings.ts';
import type { Account } from '../account.ts';
import { toPolicyDocument } from '../iam-policy.ts';

export interface AlarmsProps {
  readonly stage: Stage;
  readonly account: Account;
  readonly rows: readonly AlarmRow[];
  /** Physical name of the topic, without the stage's prefix. */
  readonly topic: string;
  /** @default the provider of the stage's region */
  readonly provider?: AwsProvider;
}

/** Alarms of one region, and the topic that they notify. */
export function addAlarms(scope: Construct, props: AlarmsProps): void {
  const { stage, provider } = props;
  const topic = stage.alarms.topic ? addTopic(scope, props) : undefined;
  for (const row of props.rows) {
    addAlarm(scope, row, alarmName(stage, row), {
      ...(provider && { provider }),
      ...(topic && { alarmActions: [topic.arn] }),
    });
  }
}

/** An alarm; it has no action unless `more` names one. */
export function addAlarm(
  scope: Construct,
  row: AlarmRow,
  name: string,
  more: { readonly provider?: AwsProvider; readonly alarmActions?: string[] } = {},
): void {
  new CloudwatchMetricAlarm(scope, row.name, {
    alarmName: name,
    alarmDescription: alarmDescription(row),
    ...('expression' in row.metric ? toQueries(row.metric) : toMetric(row.metric)),
    threshold: row.threshold,
    comparisonOperator: row.firesBelow ? 'LessThanThreshold' : 'GreaterThanOrEqualToThreshold',
    evaluationPeriods: evaluationPeriods(row),
    // The other metrics have no data while idle.
    treatMissingData: row.firesBelow ? 'breaching' : 'notBreaching',
    ...more,
  });
}

const toMetric = ({ namespace, metricName, dimensions, statistic, periodSeconds: period }: MetricRow) => ({
  ...{ namespace, metricName, period },
  dimensions: { ...dimensions },
  ...(statistic.startsWith('p') ? { extendedStatistic: statistic } : { statistic }),
});

const toQueries = ({ expression, metrics }: MathRow) => ({
  metricQuery: [
    { id: 'expr_1', expression, returnData: true },
    ...Object.entries(metrics).map(([id, { namespace, metricName, dimensions, statistic, periodSeconds }]) => ({
      id,
      metric: { namespace, metricName, dimensions: { ...dimensions }, stat: statistic, period: periodSeconds },
      returnData: false,
    })),
  ],
});

function addTopic(scope: Construct, { stage, account, topic: name, provider }: AlarmsProps): SnsTopic {
  const own = provider && { provider };
  const topic = new SnsTopic(scope, 'Topic', { ...own, name: physicalName(stage.name, name) });
  const statements = [
    {
      Sid: 'AllowPublishThroughSSLOnly',
      Effect: 'Deny',
      Action: 'sns:Publish',
      Principal: '*',
      Resource: topic.arn,
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
    // A policy replaces SNS's default one, which lets the account's services publish.
    {
      Sid: 'Alarms',
      Effect: 'Allow',
      Action: 'sns:Publish',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Resource: topic.arn,
      Condition: { StringEquals: { 'aws:SourceAccount': account.id } },
    },
  ];
  new SnsTopicPolicy(scope, 'TopicPolicy', { ...own, arn: topic.arn, policy: toPolicyDocument(statements) });
  const { email } = stage.alarms;
  if (email !== null)
    new SnsTopicSubscription(scope, 'Email', { ...own, topicArn: topic.arn, protocol: 'email', endpoint: email });
  return topic;
}
