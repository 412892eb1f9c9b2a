import { IamOpenidConnectProvider } from '@cdktf/provider-aws/lib/iam-openid-connect-provider/index.js';
import { IamPolicy } from '@cdktf/provider-aws/lib/iam-policy/index.js';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment/index.js';
import { Construct } from 'constructs';
import { nameInAccount } from '../../model/names.ts';
import { applyRights, type Place, type Right } from '../../model/operations/apply-rights.ts';
import {
  applyRoleName,
  deployProvider,
  deployRoleName,
  deployTargets,
  deployTrust,
} from '../../model/operations/deploy-role.ts';
import { exportRights } from '../../model/operations/export-rights.ts';
import { regionRights } from '../../model/operations/region-rights.ts';
import { releaseRights } from '../../model/operations/release-rights.ts';
import { hasRegions, isHome } from '../../model/stages/regions.ts';
import type { DeploySettings, Stage } from '../../model/stages/stage-settings.ts';
import type { Account } from './account.ts';
import { grant, toPolicyDocument } from './iam-policy.ts';

export interface DeployRoleProps {
  readonly stage: Stage;
  readonly deploy: DeploySettings;
  readonly account: Account;
}

/** The role that a workflow assumes, and the one that it applies with: the counterparts of `cdk bootstrap`'s roles. */
export class DeployRole extends Construct {
  constructor(scope: Construct, id: string, { stage, deploy, account }: DeployRoleProps) {
    super(scope, id);
    const place: Place = { partition: account.partition, account: account.id, region: account.region };
    const provider =
      deploy.createsProvider && isHome(stage)
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
    this.addApplyRole(stage, place, role);
  }

  private addApplyRole(stage: Stage, place: Place, deployRole: IamRole): void {
    const role = new IamRole(this, 'Apply', {
      name: applyRoleName(stage),
      description: `Applies ${stage.name} by Terraform, for ${deployRoleName(stage)}`,
      assumeRolePolicy: toPolicyDocument([
        { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: deployRole.arn } },
      ]),
    });
    new IamRolePolicy(this, 'ApplyPolicy', {
      name: 'apply',
      role: role.name,
      policy: toPolicyDocument(applyRights(stage, place).map(grant)),
    });
    if (stage.releases) this.addPolicy('Release', role, stage, releaseRights(stage, place));
    if (hasRegions(stage)) this.addPolicy('Region', role, stage, regionRights(stage, place));
    if (stage.retention) this.addPolicy('Export', role, stage, exportRights(stage, place));
  }

  /** A separate policy, because the inline one would exceed its size limit. */
  private addPolicy(
    kind: 'Release' | 'Region' | 'Export',
    role: IamRole,
    stage: Stage,
    rights: readonly Right[],
  ): void {
    const policy = new IamPolicy(this, `${kind}Policy`, {
      name: nameInAccount(stage, `terraform-${kind.toLowerCase()}s`),
      policy: toPolicyDocument(rights.map(grant)),
    });
    new IamRolePolicyAttachment(this, `${kind}s`, { role: role.name, policyArn: policy.arn });
  }
}
