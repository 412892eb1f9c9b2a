import { IamOpenidConnectProvider } from '@cdktf/provider-aws/lib/iam-openid-connect-provider/index.js';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js';
import { Construct } from 'constructs';
import {
  deployProvider,
  deployRoleName,
  deployTargets,
  deployTrust,
  type Place,
} from '../../model/operations/deploy-role.ts';
import type { DeploySettings, Stage } from '../../model/stages/stage-settings.ts';
import type { Account } from './account.ts';
import { grant, toPolicyDocument } from './iam-policy.ts';

export interface DeployRoleProps {
  readonly stage: Stage;
  readonly deploy: DeploySettings;
  readonly account: Account;
}

/** The role that a workflow deploys the stage with: it may only take the role that Terraform applies with. */
export class DeployRole extends Construct {
  constructor(scope: Construct, id: string, { stage, deploy, account }: DeployRoleProps) {
    super(scope, id);
    const place: Place = { partition: account.partition, account: account.id, region: account.region };
    const provider = deploy.createsProvider
      ? new IamOpenidConnectProvider(this, 'Provider', {
          url: deployProvider.url,
          clientIdList: [...deployProvider.audiences],
        })
      : undefined;
    const role = new IamRole(this, 'Role', {
      name: deployRoleName(stage),
      description: `Deploys ${stage.name} from ${deploy.repository}`,
      assumeRolePolicy: toPolicyDocument([deployTrust(deploy, place)]),
      ...(provider && { dependsOn: [provider] }),
    });
    const resources = deployTargets(stage, 'terraform', place);
    new IamRolePolicy(this, 'Policy', {
      name: 'deploy',
      role: role.name,
      policy: toPolicyDocument([grant({ sid: 'Deploy', actions: ['sts:AssumeRole'], resources })]),
    });
  }
}
