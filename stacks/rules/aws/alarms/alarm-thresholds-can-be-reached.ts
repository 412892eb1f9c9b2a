import type { JsonObject } from '../../../model/json.ts';
import type { Finding, Rule } from '../../rule.ts';
import type { Resource, Template } from '../../template/template.ts';
import { exampleStat } from './alarm-metrics.ts';
import { dimensionsOf, exampleAlarm, exampleMathAlarm, findAlarms } from './alarms.ts';
import { canReach, rangeOf } from './math/reach.ts';

const check = (template: Template): Finding[] =>
  findAlarms(template)
    .filter((alarm) => !canReach(template, alarm))
    .map((alarm) => ({ resource: alarm.id, problem: describe(alarm) }));

function describe(alarm: Resource): string {
  const { low, high } = rangeOf(alarm);
  const { ComparisonOperator, Threshold } = alarm.properties;
  return `its value is from ${low} to ${high}, and never ${String(ComparisonOperator)} ${String(Threshold)}: the alarm stays green for ever. Change the threshold or the expression`;
}

const math = (Expression: string, more: JsonObject = {}, sums: readonly JsonObject[] = []): JsonObject => {
  const stat = (Id: string, MetricName: string) =>
    exampleStat(Id, { Namespace: 'AWS/SQS', MetricName, Dimensions: dimensionsOf({ QueueName: 'orders' }) });
  const Metrics = [
    stat('sent', 'NumberOfMessagesSent'),
    stat('deleted', 'NumberOfMessagesDeleted'),
    ...sums,
    { Id: 'value', Expression },
  ];
  return { Resources: { Alarm: exampleMathAlarm({ Metrics, ...more }) } };
};
const rate = (Threshold: number): JsonObject => ({
  Resources: {
    Alarm: exampleAlarm({
      Namespace: 'AWS/CloudFront',
      MetricName: '5xxErrorRate',
      Dimensions: dimensionsOf({ DistributionId: 'E1', Region: 'Global' }),
      Statistic: 'Average',
      Threshold,
    }),
  },
});
const stuck = 'IF(FILL(sent, 0) > 0 AND FILL(deleted, 0) < 1, 1, 0)';
const above = { ComparisonOperator: 'GreaterThanThreshold' };
const below = { ComparisonOperator: 'LessThanThreshold', Threshold: 0 };
const hidden = (Expression: string): JsonObject => ({ Id: 'sum', Expression, ReturnData: false });

export const alarmThresholdsCanBeReached: Rule = {
  name: 'alarm-thresholds-can-be-reached',
  what: 'The value that an alarm compares can reach its threshold, whatever its metrics are.',
  why: 'CloudWatch accepts a condition that is 0 or 1 with a threshold above 1, and a share of 101 %. Such an alarm counts as one, and never fires.',
  source: [
    'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html',
    'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/programming-cloudwatch-metrics.html',
  ],
  clouds: ['aws'],
  check,
  examples: [
    { bad: math(stuck, above), good: math(stuck) },
    { bad: math('sent * 0'), good: math('sent * 2') },
    { bad: math('sent + deleted', below), good: math('sent - deleted', below) },
    { bad: math('sum > 5', above, [hidden('sent + deleted')]), good: math('sum', above, [hidden('sent + deleted')]) },
    { bad: rate(101), good: rate(5) },
  ],
};
