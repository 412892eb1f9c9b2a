import type { JsonObject } from '../../../model/json.ts';
import type { Finding, Rule } from '../../rule.ts';
import { toNumber } from '../../template/numbers.ts';
import type { Template } from '../../template/template.ts';
import { exampleStat, periodOf } from './alarm-metrics.ts';
import { exampleMathAlarm } from './alarms.ts';

const type = 'AWS::CloudWatch::Alarm';
const day = 86_400;
const hour = 3_600;

function check(template: Template): Finding[] {
  return template.ofType(type).flatMap((alarm) => {
    const { id, properties } = alarm;
    const { EvaluationPeriods, DatapointsToAlarm } = properties;
    const period = toNumber(template, periodOf(alarm)) ?? Number.NaN;
    const periods = toNumber(template, EvaluationPeriods, 1) ?? Number.NaN;
    const found = (problem: string): Finding => ({ resource: id, problem });
    // Periods of an hour or more may look back over a week.
    const most = period >= hour ? 7 * day : day;
    return [
      ...(Number.isFinite(period) && period * periods > most
        ? [
            found(
              `it looks back over ${period * periods} s, and CloudWatch accepts ${most} with such a period. Lower EvaluationPeriods`,
            ),
          ]
        : []),
      ...(Number.isFinite(period) && period % 60 !== 0 && ![10, 20, 30].includes(period)
        ? [found(`its period is ${period} s, and CloudWatch accepts 10, 20, 30 or whole minutes. Change it`)]
        : []),
      ...((toNumber(template, DatapointsToAlarm, 1) ?? 1) > periods
        ? [
            found(
              `${String(DatapointsToAlarm)} of ${periods} periods must be bad: it is refused. Lower DatapointsToAlarm`,
            ),
          ]
        : []),
    ];
  });
}

const example = (more: JsonObject): JsonObject => ({
  Resources: {
    Alarm: {
      Type: type,
      Properties: { Namespace: 'AWS/SQS', MetricName: 'Age', Period: 300, EvaluationPeriods: 2, Threshold: 1, ...more },
    },
  },
});
const good = example({});

const math = (EvaluationPeriods: number): JsonObject => {
  const Metrics = [
    exampleStat('age', { Namespace: 'Shop', MetricName: 'Age' }),
    { Id: 'minutes', Expression: 'age / 60' },
  ];
  return { Resources: { Alarm: exampleMathAlarm({ Metrics, EvaluationPeriods }) } };
};

export const alarmsLookBackFarEnough: Rule = {
  name: 'alarms-look-back-far-enough',
  what: 'An alarm looks back over at most a day, or a week with periods of an hour, in periods that CloudWatch has.',
  why: 'CloudWatch refuses it: "Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400)".',
  source: ['https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html'],
  clouds: ['aws'],
  check,
  examples: [
    { bad: example({ EvaluationPeriods: 300 }), good },
    { bad: example({ Period: 45 }), good },
    { bad: example({ DatapointsToAlarm: 3 }), good },
    { bad: math(2_000), good: math(2) },
  ],
};
