import { Aws, Stack, Validations } from 'aws-cdk-lib';
import { CfnApplication, CfnDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { CfnAlias, Code, IVersion } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { physicalName } from '../model/names.ts';
import {
  type ReleaseHook,
  releaseApplication,
  releaseHooks,
  releaseRoleName,
} from '../model/operations/release-names.ts';
import {
  releaseAlarmRows,
  releaseConfiguration,
  releaseGuards,
  releaseStatements,
  rollBackEvents,
} from '../model/operations/releases.ts';
import { type Service, serviceNames } from '../model/services.ts';
import type { ReleaseSettings, Stage } from '../model/stages/stage-settings.ts';
import { allow } from './iam-grants.ts';
import { addAlarm } from './operations/alarms.ts';
import { ReleaseHookFunction } from './release-hook.ts';

export interface ReleasesProps {
  readonly stage: Stage;
  readonly codeOf: (hook: ReleaseHook) => Code;
}

/** Resources that all releases of a stage share: CodeDeploy's application, its role, and the hooks. */
export class Releases extends Construct {
  constructor(scope: Construct, id: string, { stage, codeOf }: ReleasesProps) {
    super(scope, id);
    new CfnApplication(this, 'Application', { applicationName: releaseApplication(stage), computePlatform: 'Lambda' });
    const role = new Role(this, 'Role', {
      roleName: releaseRoleName(stage),
      assumedBy: new ServicePrincipal('codedeploy.amazonaws.com'),
    });
    const place = { partition: Aws.PARTITION, account: Aws.ACCOUNT_ID, region: Aws.REGION };
    for (const statement of releaseStatements(stage, place)) role.addToPolicy(allow(statement));
    this.explainWildcards(role, stage);
    for (const hook of releaseHooks) new ReleaseHookFunction(this, hook, { stage, hook, code: codeOf(hook) });
  }

  private explainWildcards(role: Role, { name }: Stage): void {
    const here = (service: string) => `arn:<AWS::Partition>:${service}:<AWS::Region>:<AWS::AccountId>`;
    const versions = serviceNames.map((service) => `${here('lambda')}:function:${physicalName(name, service)}:*`);
    for (const arn of [...versions, `${here('cloudwatch')}:alarm:*`])
      Validations.of(role).acknowledge({
        id: `AwsSolutions::AwsSolutions-IAM5[Resource::${arn}]`,
        reason: 'A release reads the capacity of both versions, and asks for all of its alarms at once',
      });
  }
}

export interface ReleaseProps {
  readonly stage: Stage;
  readonly releases: ReleaseSettings;
  readonly service: Service;
  readonly alias: CfnAlias;
  readonly version: IVersion;
}

/** Moves a function's alias to each new version in steps, and back when one of its alarms fires. */
export class Release extends Construct {
  constructor(scope: Construct, id: string, { stage, releases, service, alias, version }: ReleaseProps) {
    super(scope, id);
    const rows = releaseAlarmRows(stage, service, version.version);
    const alarms = rows.map((row) => addAlarm(this, stage, row));
    const group = new CfnDeploymentGroup(this, 'Group', {
      // By name: the group of a function in another stack belongs to the same application.
      applicationName: releaseApplication(stage),
      deploymentGroupName: service,
      deploymentConfigName: releaseConfiguration(releases),
      deploymentStyle: { deploymentType: 'BLUE_GREEN', deploymentOption: 'WITH_TRAFFIC_CONTROL' },
      serviceRoleArn: Stack.of(this).formatArn({
        service: 'iam',
        region: '',
        resource: 'role',
        resourceName: releaseRoleName(stage),
      }),
      alarmConfiguration: { enabled: true, alarms: releaseGuards(stage, service).map((name) => ({ name })) },
      autoRollbackConfiguration: { enabled: true, events: [...rollBackEvents] },
    });
    // The alarms must watch the new version before it gets calls.
    group.node.addDependency(...alarms);
    alias.addResourceDependency(group);
    alias.cfnOptions.updatePolicy = {
      codeDeployLambdaAliasUpdate: {
        applicationName: releaseApplication(stage),
        deploymentGroupName: group.ref,
        beforeAllowTrafficHook: physicalName(stage.name, 'rehearsal' satisfies ReleaseHook),
        afterAllowTrafficHook: physicalName(stage.name, 'inspection' satisfies ReleaseHook),
      },
    };
  }
}
