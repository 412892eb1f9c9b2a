import { CfnOutput, type Stack } from 'aws-cdk-lib';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { parameterName } from '../model/names.ts';

/**
 * Publishes values twice: as outputs for people and deploy scripts, as SSM parameters for everything else.
 * Other stacks read the parameters (`publishedValue`), never exports: CloudFormation rejects a change to an export in
 * use, so a harmless change to the data stack would block its own deploy. Not `Fn::GetStackOutput` (CDK's weak
 * references), which the local engines do not support.
 */
export function publish(stack: Stack, stage: string, values: Readonly<Record<string, string>>): void {
  output(stack, values);
  for (const [key, value] of Object.entries(values)) {
    new StringParameter(stack, `${key}Parameter`, { parameterName: parameterName(stage, key), stringValue: value });
  }
}

/** Outputs only: for a stack in another region, whose parameters other stacks cannot read. */
export function output(stack: Stack, values: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(values)) {
    new CfnOutput(stack, `${key}Output`, { value }).overrideLogicalId(key);
  }
}

/** A value that another stack of the stage published, resolved at each deploy. */
export function publishedValue(stack: Stack, stage: string, key: string): string {
  return StringParameter.valueForStringParameter(stack, parameterName(stage, key));
}
