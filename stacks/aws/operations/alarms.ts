import { Aws, Duration } from 'aws-cdk-lib';
import { type Alarm, ComparisonOperator, MathExpression, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Subscription, SubscriptionProtocol, Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { physicalName } from '../../model/names.ts';
import { type AlarmRow, alarmDescription, alarmName, evaluationPeriods } from '../../model/operations/alarm-row.ts';
import type { MathRow, MetricRow } from '../../model/operations/metrics.ts';
import type { Stage } from '../../model/stages/stage-settings.ts';

export interface AlarmsProps {
  readonly stage: Stage;
  readonly rows: readonly AlarmRow[];
  /** Physical name of the topic, without the stage's prefix. */
  readonly topic: string;
}

/** Alarms of one region, and the topic that they notify. */
export class Alarms extends Construct {
  constructor(scope: Construct, id: string, { stage, rows, topic }: AlarmsProps) {
    super(scope, id);
    const alarms = rows.map((row) => addAlarm(this, stage, row));
    if (stage.alarms.topic) this.notify(stage, topic, alarms);
  }

  private notify(stage: Stage, name: string, alarms: readonly Alarm[]): void {
    const topic = new Topic(this, 'Topic', { topicName: physicalName(stage.name, name), enforceSSL: true });
    // A policy replaces SNS's default one, which lets the account's services publish.
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'Alarms',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
    const { email: endpoint } = stage.alarms;
    const protocol = SubscriptionProtocol.EMAIL;
    if (endpoint !== null) new Subscription(this, 'Email', { topic, protocol, endpoint });
    for (const alarm of alarms) alarm.addAlarmAction(new SnsAction(topic));
  }
}

export function addAlarm(scope: Construct, stage: Stage, row: AlarmRow): Alarm {
  const { GREATER_THAN_OR_EQUAL_TO_THRESHOLD, LESS_THAN_THRESHOLD } = ComparisonOperator;
  const metric = 'expression' in row.metric ? toMath(row.metric) : toMetric(row.metric);
  return metric.createAlarm(scope, row.name, {
    alarmName: alarmName(stage, row),
    alarmDescription: alarmDescription(row),
    threshold: row.threshold,
    comparisonOperator: row.firesBelow ? LESS_THAN_THRESHOLD : GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    evaluationPeriods: evaluationPeriods(row),
    // The other metrics have no data while idle.
    treatMissingData: row.firesBelow ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
  });
}

/** No labels: CDK turns an alarm on a labelled metric into metric math, which costs more and fails on the local engine. */
export const toMetric = ({ dimensions, periodSeconds, ...row }: MetricRow): Metric =>
  new Metric({ ...row, dimensionsMap: { ...dimensions }, period: Duration.seconds(periodSeconds) });

const toMath = ({ expression, metrics, periodSeconds }: MathRow): MathExpression =>
  new MathExpression({
    expression,
    usingMetrics: Object.fromEntries(Object.entries(metrics).map(([name, row]) => [name, toMetric(row)])),
    period: Duration.seconds(periodSeconds),
  });
