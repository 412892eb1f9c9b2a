import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group/index.js';
import type { Construct } from 'constructs';
import type { Stage } from '../../model/stages/stage-settings.ts';

/** Kept like the stage's data, except for functions that only a deploy runs. */
export function logGroup(scope: Construct, stage: Stage, name: string, keep = stage.keepData): CloudwatchLogGroup {
  return new CloudwatchLogGroup(scope, 'Logs', {
    name,
    retentionInDays: stage.logRetentionDays,
    lifecycle: { preventDestroy: keep },
  });
}
