import { type Json, type JsonObject, toList, toObject } from '../../../model/json.ts';
import type { Finding, Rule } from '../../rule.ts';
import { type Template, toText } from '../../template/template.ts';
import { exampleGroup, findGroups } from './groups.ts';

const most = 10;

const isTrue = (value: Json | undefined): boolean => value === true || value === 'true';

function check(template: Template): Finding[] {
  return findGroups(template).flatMap(({ id, properties }) =>
    findFaults(toObject(properties.AlarmConfiguration)).map((problem) => ({ resource: id, problem })),
  );
}

function findFaults({ Enabled, Alarms, IgnorePollAlarmFailure }: JsonObject): readonly string[] {
  const names = toList(Alarms).map((alarm) => toText(toObject(alarm).Name));
  if (names.length === 0 || !isTrue(Enabled))
    return ['no alarm stops its releases: a version that fails gets all calls. Name alarms, and enable them'];
  return [
    ...(names.length > most ? [`it names ${names.length} alarms, but CodeDeploy takes ${most}. Name fewer`] : []),
    ...(new Set(names).size < names.length ? ['it names an alarm twice, which CodeDeploy refuses. Name it once'] : []),
    ...(isTrue(IgnorePollAlarmFailure)
      ? ['it goes on when it cannot read its alarms: a missing permission turns them off. Remove the setting']
      : []),
  ];
}

const example = (AlarmConfiguration: JsonObject): JsonObject => ({ Resources: exampleGroup({ AlarmConfiguration }) });
const named = (count: number): JsonObject[] =>
  Array.from({ length: count }, (_, at) => ({ Name: `shop-errors-${at}` }));

export const releasesAreGuarded: Rule = {
  name: 'releases-are-guarded',
  what: 'A deployment group of functions names one to ten alarms that stop a release.',
  why: 'Without alarms CodeDeploy only waits: a canary of a broken version becomes the whole traffic. It refuses an eleventh alarm.',
  source: [
    'https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-groups-configure-advanced-options.html',
    'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-codedeploy-deploymentgroup-alarmconfiguration.html',
  ],
  clouds: ['aws'],
  check,
  examples: [
    { bad: example({ Enabled: false, Alarms: named(1) }), good: example({ Enabled: true, Alarms: named(1) }) },
    { bad: example({ Enabled: true, Alarms: named(11) }), good: example({ Enabled: true, Alarms: named(10) }) },
    {
      bad: example({ Enabled: true, Alarms: named(1), IgnorePollAlarmFailure: true }),
      good: example({ Enabled: true, Alarms: named(1), IgnorePollAlarmFailure: false }),
    },
  ],
};
