import type { JsonObject } from '../../../model/json.ts';
import type { Finding, Rule } from '../../rule.ts';
import type { Resource, Template } from '../../template/template.ts';
import { exampleSwitch, exampleTimer, findScheduledFunctions } from '../schedules.ts';
import { exampleStat, periodOf } from './alarm-metrics.ts';
import { dimensionsOf, exampleMathAlarm, findAlarms, watches } from './alarms.ts';

function check(template: Template): Finding[] {
  const scheduled = findScheduledFunctions(template);
  return scheduled.flatMap(({ schedule, lambda, gaps }) => {
    const switches = findAlarms(template).filter(
      (alarm) => firesInSilence(alarm) && watches(alarm, ['Invocations'], 'FunctionName', lambda),
    );
    if (switches.length === 0) {
      const problem = `it runs ${lambda.id}, and no alarm fires when that stops. Add one on Invocations: less than 1, missing data breaching`;
      return [{ resource: schedule.id, problem }];
    }
    // Another schedule of the function may keep the switch quiet.
    const isOnly = scheduled.filter((other) => other.lambda === lambda).length === 1;
    if (gaps === undefined || !isOnly || !switches.every((alarm) => firesAnyway(alarm, gaps.longest))) return [];
    const problem = `it runs ${lambda.id} once in ${gaps.longest} s, and the alarm on that fires between two runs. Lengthen its period to the schedule's`;
    return [{ resource: schedule.id, problem }];
  });
}

/** Whether the gap between two runs has so many empty periods that the alarm fires although the timer runs. */
function firesAnyway(alarm: Resource, everySeconds: number): boolean {
  const { properties } = alarm;
  const periods = Number(properties.EvaluationPeriods);
  const datapoints = Number(properties.DatapointsToAlarm ?? periods);
  const runs = Math.min(periods, Math.floor((periods * Number(periodOf(alarm))) / everySeconds));
  return datapoints <= periods - runs;
}

const firesInSilence = ({ properties }: Resource): boolean =>
  /^LessThan/.test(String(properties.ComparisonOperator)) && properties.TreatMissingData === 'breaching';

const example = (more: JsonObject): JsonObject => ({
  Resources: {
    ...exampleTimer,
    Alarm: { ...exampleSwitch, Properties: { ...(exampleSwitch.Properties as JsonObject), ...more } },
  },
});

/** By an expression, with periods of a minute. */
const math = (EvaluationPeriods: number): JsonObject => {
  const Dimensions = dimensionsOf({ FunctionName: 'sweeper' });
  const Metrics = [
    exampleStat('runs', { Namespace: 'AWS/Lambda', MetricName: 'Invocations', Dimensions }),
    { Id: 'all', Expression: 'FILL(runs, 0)' },
  ];
  const silence = { ComparisonOperator: 'LessThanThreshold', TreatMissingData: 'breaching' };
  return { Resources: { ...exampleTimer, Alarm: exampleMathAlarm({ Metrics, EvaluationPeriods, ...silence }) } };
};

export const timersHaveADeadMansSwitch: Rule = {
  name: 'timers-have-a-dead-mans-switch',
  what: 'Each function that a schedule runs has an alarm that fires when it does not run: Invocations below 1, missing data breaching. Its periods are long enough for a run.',
  why: 'A disabled rule, a missing permission or a throttled account leaves no error anywhere: the metric is silent, and so are alarms on errors. A switch with a shorter period than the timer fires for ever, and is ignored.',
  source: ['https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html'],
  clouds: ['aws'],
  check,
  examples: [
    { bad: example({ TreatMissingData: 'notBreaching' }), good: example({}) },
    { bad: example({ MetricName: 'Duration' }), good: example({}) },
    { bad: example({ Period: 60, EvaluationPeriods: 1 }), good: example({ Period: 60, EvaluationPeriods: 15 }) },
    { bad: math(1), good: math(15) },
  ],
};
