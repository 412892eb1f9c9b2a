import { SsmParameter } from '@cdktf/provider-aws/lib/ssm-parameter/index.js';
import { TerraformOutput } from 'cdktf';
import { Construct } from 'constructs';
import { parameterName } from '../../model/names.ts';

/** Outputs for people and deploy scripts, SSM parameters for everything else: the same as in CDK. */
export class Published extends Construct {
  constructor(scope: Construct, id: string, stage: string, values: Readonly<Record<string, string>>) {
    super(scope, id);
    for (const [key, value] of Object.entries(values)) {
      new SsmParameter(this, key, { name: parameterName(stage, key), type: 'String', value });
      output(this, key, value);
    }
  }
}

export function output(scope: Construct, key: string, value: string): void {
  new TerraformOutput(scope, `${key}Output`, { value, staticId: true }).overrideLogicalId(key);
}
