import { Aws, Duration, Validations } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, type Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { functionArchitecture } from '../model/architecture.ts';
import { physicalName } from '../model/names.ts';
import {
  hookEnvironment,
  hookMemoryMb,
  hookStatements,
  hookTimeoutSeconds,
} from '../model/operations/release-hooks.ts';
import { type ReleaseHook, releaseApplication } from '../model/operations/release-names.ts';
import { serviceNames } from '../model/services.ts';
import type { Stage } from '../model/stages/stage-settings.ts';
import { logStatement } from '../model/statements.ts';
import { acceptedSecretsReference } from './edge/origin-secret.ts';
import { allow } from './iam-grants.ts';
import { toRemovalPolicy } from './table.ts';

export interface ReleaseHookProps {
  readonly stage: Stage;
  readonly hook: ReleaseHook;
  readonly code: Code;
}

/** A function that CodeDeploy calls in each release. It always reports: a release waits an hour for its hook. */
export class ReleaseHookFunction extends Construct {
  constructor(scope: Construct, id: string, { stage, hook, code }: ReleaseHookProps) {
    super(scope, id);
    const functionName = physicalName(stage.name, hook);
    const logGroup = new LogGroup(this, 'Logs', {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: stage.logRetentionDays as RetentionDays,
      removalPolicy: toRemovalPolicy(stage),
    });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    role.addToPolicy(allow(logStatement(logGroup.logGroupArn)));
    const place = { partition: Aws.PARTITION, account: Aws.ACCOUNT_ID, region: Aws.REGION };
    for (const statement of hookStatements(stage, hook, place)) role.addToPolicy(allow(statement));
    explainWildcards(role, stage);
    new LambdaFunction(this, 'Function', {
      functionName,
      description: `Checks each release (${hook})`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.custom(functionArchitecture),
      handler: 'index.handler',
      code,
      memorySize: hookMemoryMb,
      timeout: Duration.seconds(hookTimeoutSeconds),
      role,
      logGroup,
      environment: hookEnvironment(stage, hook, acceptedSecretsReference(stage)),
    });
  }
}

function explainWildcards(role: Role, stage: Stage): void {
  const here = (service: string) => `arn:<AWS::Partition>:${service}:<AWS::Region>:<AWS::AccountId>`;
  const versions = serviceNames.map((service) => `${here('lambda')}:function:${physicalName(stage.name, service)}:*`);
  for (const arn of [...versions, `${here('codedeploy')}:deploymentgroup:${releaseApplication(stage)}/*`])
    Validations.of(role).acknowledge({
      id: `AwsSolutions::AwsSolutions-IAM5[Resource::${arn}]`,
      reason: 'It answers every release of this stage, and calls each new version, whose number is not known before',
    });
}
