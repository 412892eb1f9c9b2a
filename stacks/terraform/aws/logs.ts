import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group/index.js';
import type { Construct } from 'constructs';
import type { Stage } from '../../model/stages/stage-settings.ts';

/** Kept with the data of the stage, except what only a deploy writes. */
export function logGroup(scope: Construct, stage: Stage, name: string, keep = stage.keepData): CloudwatchLogGroup {
  return new CloudwatchLogGroup(scope, 'Logs', {
    name,
    retentionInDays: stage.logRetentionDays,
    lifecycle: { preventDestroy: keep },
  });
}
