import type { Json, JsonObject } from '../../../model/json.ts';
import type { Finding, Rule } from '../../rule.ts';
import { toNumber } from '../../template/numbers.ts';
import type { Resource, Template } from '../../template/template.ts';
import { exampleSwitch, exampleTimer, exampleTimerBy, findScheduledFunctions } from '../schedules.ts';
import { dimensionsOf, exampleAlarm, findAlarms, watches } from './alarms.ts';

/** Metrics with at most one data point per run. */
const perRun = ['Errors', 'Throttles', 'Invocations', 'DeadLetterErrors'];

function check(template: Template): Finding[] {
  const scheduled = findScheduledFunctions(template);
  return scheduled.flatMap(({ lambda, gaps }) => {
    const all = scheduled.filter((other) => other.lambda === lambda).map((other) => other.gaps?.shortest ?? 0);
    if (gaps === undefined || all.includes(0)) return [];
    // Several schedules of one function add up.
    const everySeconds = Math.floor(1 / all.reduce((sum, gap) => sum + 1 / gap, 0));
    const alarms = findAlarms(template).filter((alarm) => watches(alarm, perRun, 'FunctionName', lambda));
    return alarms.flatMap((alarm) => {
      const obstacle = findObstacle(template, alarm, everySeconds);
      return obstacle === undefined
        ? []
        : [{ resource: alarm.id, problem: `${lambda.id} runs once in ${everySeconds} s: ${obstacle}` }];
    });
  });
}

function findObstacle(template: Template, { properties }: Resource, everySeconds: number): string | undefined {
  const { Period, Threshold, EvaluationPeriods, DatapointsToAlarm, ComparisonOperator, TreatMissingData } = properties;
  const operator = String(ComparisonOperator);
  if (operator.startsWith('LessThan') || TreatMissingData === 'breaching') return undefined;
  const number = (value: Json | undefined): number => toNumber(template, value) ?? Number.NaN;
  const period = number(Period);
  const most = Math.max(1, Math.floor(period / everySeconds));
  const least = number(Threshold) + (operator === 'GreaterThanThreshold' ? 1 : 0);
  if (least > most)
    return `at most ${most} in ${period} s, but the alarm needs ${least}. Lower the threshold or lengthen the period`;
  const periods = number(EvaluationPeriods);
  const datapoints = number(DatapointsToAlarm ?? EvaluationPeriods);
  const possible = Math.min(periods, 1 + Math.floor(((periods - 1) * period) / everySeconds));
  if (Number.isNaN(datapoints - possible) || datapoints <= possible) return undefined;
  return `at most ${possible} of ${periods} periods of ${period} s have data, but the alarm needs ${datapoints}. Lengthen the period to the schedule's`;
}

const example = (properties: JsonObject, timer = exampleTimer): JsonObject => ({
  Resources: {
    ...timer,
    Switch: exampleSwitch,
    Alarm: exampleAlarm({
      Namespace: 'AWS/Lambda',
      MetricName: 'Errors',
      Dimensions: dimensionsOf({ FunctionName: 'sweeper' }),
      ...properties,
    }),
  },
});
const good = example({ Period: 300, EvaluationPeriods: 2 });

export const alarmsCanFire: Rule = {
  name: 'alarms-can-fire',
  what: 'The threshold of an alarm on a scheduled function can be reached at the rate of its schedule.',
  why: 'A function that runs once in five minutes never fails five times a minute, nor in two minutes in a row: the alarm stays green for ever.',
  source: ['https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html#alarm-evaluation'],
  clouds: ['aws'],
  check,
  examples: [
    { bad: example({ Threshold: 5 }), good },
    { bad: example({ EvaluationPeriods: 2 }), good },
    { bad: example({ Threshold: 5 }, exampleTimerBy('cron(0/5 * * * ? *)')), good },
    { bad: example({ EvaluationPeriods: 10, DatapointsToAlarm: 3 }), good },
  ],
};
