import type { JsonObject } from '../../../model/json.ts';
import type { Finding, Rule } from '../../rule.ts';
import type { Resource, Template } from '../../template/template.ts';
import { exampleSwitch, exampleTimer, findScheduledFunctions } from '../schedules.ts';
import { findAlarms, watches } from './alarms.ts';

function check(template: Template): Finding[] {
  return findScheduledFunctions(template).flatMap(({ schedule, lambda }) => {
    const isWatched = findAlarms(template).some(
      (alarm) => firesInSilence(alarm) && watches(alarm, ['Invocations'], 'FunctionName', lambda),
    );
    if (isWatched) return [];
    const problem = `it runs ${lambda.id}, and no alarm fires when that stops. Add one on Invocations: less than 1, missing data breaching`;
    return [{ resource: schedule.id, problem }];
  });
}

const firesInSilence = ({ properties }: Resource): boolean =>
  /^LessThan/.test(String(properties.ComparisonOperator)) && properties.TreatMissingData === 'breaching';

const example = (more: JsonObject): JsonObject => ({
  Resources: {
    ...exampleTimer,
    Alarm: { ...exampleSwitch, Properties: { ...(exampleSwitch.Properties as JsonObject), ...more } },
  },
});

export const timersHaveADeadMansSwitch: Rule = {
  name: 'timers-have-a-dead-mans-switch',
  what: 'Each function that a schedule runs has an alarm that fires when it does not run: Invocations below 1, missing data breaching.',
  why: 'A disabled rule, a missing permission or a throttled account leaves no error anywhere: the metric is silent, and so are alarms on errors.',
  source: ['https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html'],
  clouds: ['aws'],
  check,
  examples: [
    { bad: example({ TreatMissingData: 'notBreaching' }), good: example({}) },
    { bad: example({ MetricName: 'Duration' }), good: example({}) },
  ],
};
