import { CodedeployApp } from '@cdktf/provider-aws/lib/codedeploy-app/index.js';
import { CodedeployDeploymentGroup } from '@cdktf/provider-aws/lib/codedeploy-deployment-group/index.js';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js';
import type { LambdaFunction } from '@cdktf/provider-aws/lib/lambda-function/index.js';
import { Construct } from 'constructs';
import { alarmName } from '../../model/operations/alarm-row.ts';
import {
  hookEnvironment,
  hookMemoryMb,
  hookStatements,
  hookTimeoutSeconds,
} from '../../model/operations/release-hooks.ts';
import {
  type ReleaseHook,
  releaseApplication,
  releaseHooks,
  releaseRoleName,
} from '../../model/operations/release-names.ts';
import {
  releaseAlarmRows,
  releaseConfiguration,
  releaseGuards,
  releaseStatements,
  rollBackEvents,
} from '../../model/operations/releases.ts';
import type { Service } from '../../model/services.ts';
import type { ReleaseSettings, Stage } from '../../model/stages/stage-settings.ts';
import type { Code } from '../code.ts';
import type { Account } from './account.ts';
import { assumedBy, grant, toPolicyDocument } from './iam-policy.ts';
import { addLambda } from './lambda.ts';
import { addAlarm } from './operations/alarms.ts';

export interface ReleasesProps {
  readonly stage: Stage;
  readonly account: Account;
  readonly codeOf: (hook: ReleaseHook) => Code;
  readonly runtime: string;
  /** In the form that the functions accept. */
  readonly originSecret: string | undefined;
}

/** Resources that all releases of a stage share: CodeDeploy's application, its role, and the hooks. */
export class Releases extends Construct {
  constructor(scope: Construct, id: string, props: ReleasesProps) {
    super(scope, id);
    const { stage, account } = props;
    new CodedeployApp(this, 'Application', { name: releaseApplication(stage), computePlatform: 'Lambda' });
    const role = new IamRole(this, 'Role', {
      name: releaseRoleName(stage),
      assumeRolePolicy: assumedBy('codedeploy.amazonaws.com'),
    });
    const place = { partition: account.partition, account: account.id, region: account.region };
    new IamRolePolicy(this, 'Grants', {
      name: 'grants',
      role: role.id,
      policy: toPolicyDocument(releaseStatements(stage, place).map(grant)),
    });
    for (const hook of releaseHooks)
      addLambda(new Construct(this, hook), {
        stage,
        name: hook,
        description: `Checks each release (${hook})`,
        code: props.codeOf(hook),
        runtime: props.runtime,
        memoryMb: hookMemoryMb,
        timeoutSeconds: hookTimeoutSeconds,
        environment: hookEnvironment(stage, hook, props.originSecret),
        statements: hookStatements(stage, hook, place),
        versioned: false,
      });
  }
}

export interface ReleaseProps {
  readonly stage: Stage;
  readonly releases: ReleaseSettings;
  readonly account: Account;
  readonly service: Service;
  readonly lambda: LambdaFunction;
}

/**
 * Moves a function's alias to each new version in steps, and back when one of its alarms fires. Terraform cannot start
 * a deployment: it publishes the version, and `npm run release` moves the calls.
 */
export class Release extends Construct {
  constructor(scope: Construct, id: string, { stage, releases, account, service, lambda }: ReleaseProps) {
    super(scope, id);
    for (const row of releaseAlarmRows(stage, service, lambda.version)) addAlarm(this, row, alarmName(stage, row));
    new CodedeployDeploymentGroup(this, 'Group', {
      appName: releaseApplication(stage),
      deploymentGroupName: service,
      deploymentConfigName: releaseConfiguration(releases),
      deploymentStyle: { deploymentType: 'BLUE_GREEN', deploymentOption: 'WITH_TRAFFIC_CONTROL' },
      serviceRoleArn: `arn:${account.partition}:iam::${account.id}:role/${releaseRoleName(stage)}`,
      alarmConfiguration: { enabled: true, alarms: [...releaseGuards(stage, service)] },
      autoRollbackConfiguration: { enabled: true, events: [...rollBackEvents] },
    });
  }
}
