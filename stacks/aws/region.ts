import { Aws, CfnRule, Fn, type Stack } from 'aws-cdk-lib';
import type { Stage } from '../model/stages/stage-settings.ts';

/** CloudFormation rejects the stack in any region but the stage's, before it creates anything. */
export function refuseOtherRegions(stack: Stack, { name, region }: Stage): void {
  if (region === null) return;
  new CfnRule(stack, 'Region', {
    assertions: [
      {
        assert: Fn.conditionEquals(Aws.REGION, region),
        assertDescription: `Stage ${name} belongs to ${region}. Set AWS_REGION, or make another stage for another region`,
      },
    ],
  });
}
