import { nameInAccount, physicalName } from '../names.ts';
import type { Stage } from '../stages/stage-settings.ts';
import { type Place, type Right, right } from './apply-rights.ts';

/** The schedule of the exports. A separate policy, because the role's own would become too long. */
export function exportRights(stage: Stage, { partition, account, region }: Place): readonly Right[] {
  const own = physicalName(stage.name, '*');
  const here = (kind: string) => `arn:${partition}:scheduler:${region}:${account}:${kind}/${own}`;
  const schedules = [
    'CreateSchedule CreateScheduleGroup DeleteSchedule DeleteScheduleGroup GetSchedule GetScheduleGroup',
    'ListTagsForResource TagResource UntagResource UpdateSchedule',
  ];
  const role = `arn:${partition}:iam::${account}:role/${nameInAccount(stage, 'orders-export')}`;
  return [
    right('Schedules', 'scheduler', schedules, ['schedule-group', 'schedule'].map(here)),
    right('RunExports', 'iam', ['PassRole'], [role], {
      StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' },
    }),
  ];
}
