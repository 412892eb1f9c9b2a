import { CfnOutput, type Stack } from 'aws-cdk-lib';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { parameterName } from '../model/names.ts';

/**
 * Publishes values twice: as outputs for people and deploy scripts, as SSM parameters for everything else.
 * Other stacks read the parameters too (`published`), never exports: CloudFormation refuses to change an export that
 * is in use, and so an innocent change of the data stack would block its own deploy. Not `Fn::GetStackOutput` (CDK's
 * weak references), which the local engines do not know.
 */
export function publish(stack: Stack, stage: string, values: Readonly<Record<string, string>>): void {
  output(stack, values);
  for (const [key, value] of Object.entries(values)) {
    new StringParameter(stack, `${key}Parameter`, { parameterName: parameterName(stage, key), stringValue: value });
  }
}

/** As outputs alone: for a stack in a region of its own, whose parameters the others would not find. */
export function output(stack: Stack, values: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(values)) {
    new CfnOutput(stack, `${key}Output`, { value }).overrideLogicalId(key);
  }
}

/** Reads, at each deploy, what another stack of the same stage has published. */
export function published(stack: Stack, stage: string, key: string): string {
  return StringParameter.valueForStringParameter(stack, parameterName(stage, key));
}
