import { Duration } from 'aws-cdk-lib';
import { type Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { physicalName } from '../model/names.ts';
import { type AlarmRow, alarmDescription, alarmName, alarmRows } from '../model/operations/alarm-rows.ts';
import type { MetricRow } from '../model/operations/metrics.ts';
import type { Stage } from '../model/stages/stage-settings.ts';

export class Alarms extends Construct {
  constructor(scope: Construct, id: string, props: { readonly stage: Stage }) {
    super(scope, id);
    const { stage } = props;
    const alarms = alarmRows(stage).map((row) => this.addAlarm(stage, row));
    if (stage.alarms.topic) this.notify(stage, alarms);
  }

  private addAlarm(stage: Stage, row: AlarmRow): Alarm {
    return toMetric(row.metric).createAlarm(this, row.name, {
      alarmName: alarmName(stage, row),
      alarmDescription: alarmDescription(row),
      threshold: row.threshold,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: row.minutes,
      // These metrics have no data while idle.
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }

  private notify(stage: Stage, alarms: readonly Alarm[]): void {
    const topic = new Topic(this, 'Topic', { topicName: physicalName(stage.name, 'alarms'), enforceSSL: true });
    for (const alarm of alarms) alarm.addAlarmAction(new SnsAction(topic));
  }
}

/** No labels: CDK turns an alarm on a labelled metric into metric math, which costs more and fails on the local engine. */
export const toMetric = ({ dimensions, periodSeconds, ...row }: MetricRow): Metric =>
  new Metric({ ...row, dimensionsMap: { ...dimensions }, period: Duration.seconds(periodSeconds) });
