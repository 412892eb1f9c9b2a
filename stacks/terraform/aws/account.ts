import { DataAwsCallerIdentity } from '@cdktf/provider-aws/lib/data-aws-caller-identity/index.js';
import { DataAwsPartition } from '@cdktf/provider-aws/lib/data-aws-partition/index.js';
import { DataAwsRegion } from '@cdktf/provider-aws/lib/data-aws-region/index.js';
import { Construct } from 'constructs';
import type { Stage } from '../../model/stages/stage-settings.ts';
import { secretResource } from '../../model/statements.ts';

/** The AWS account and region, from the credentials that apply the stack. */
export class Account extends Construct {
  readonly partition: string;
  readonly region: string;
  readonly id: string;
  readonly urlSuffix: string;

  constructor(scope: Construct, id: string, stage: Stage) {
    super(scope, id);
    const partition = new DataAwsPartition(this, 'Partition');
    this.partition = partition.partition;
    this.urlSuffix = partition.dnsSuffix;
    // Not `name`, which version 6 of the provider renamed to `region`.
    this.region = new DataAwsRegion(this, 'Region', { lifecycle: refuseOtherRegions(stage) }).id;
    this.id = new DataAwsCallerIdentity(this, 'Caller').accountId;
  }

  arn(service: string, resource: string, region = this.region): string {
    return `arn:${this.partition}:${service}:${region}:${this.id}:${resource}`;
  }

  /** Built from the name, so that roles do not depend on the table. */
  tableArn(name: string, region?: string): string {
    return this.arn('dynamodb', `table/${name}`, region);
  }

  secretArn(name: string): string {
    return this.arn('secretsmanager', `secret:${secretResource(name)}`);
  }
}

/** The plan fails in any region but the stage's. */
function refuseOtherRegions({ name, region }: Stage) {
  if (region === null) return {};
  const advice = 'Set AWS_REGION, or make another stage for another region.';
  return {
    postcondition: [
      { condition: `\${self.id == "${region}"}`, errorMessage: `Stage ${name} belongs to ${region}. ${advice}` },
    ],
  };
}
