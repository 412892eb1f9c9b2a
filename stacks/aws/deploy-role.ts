import { Aws } from 'aws-cdk-lib';
import { CfnOIDCProvider, CfnRole } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Place } from '../model/operations/apply-rights.ts';
import { deployProvider, deployRoleName, deployTargets, deployTrust } from '../model/operations/deploy-role.ts';
import { isHome } from '../model/stages/regions.ts';
import type { DeploySettings, Stage } from '../model/stages/stage-settings.ts';

export interface DeployRoleProps {
  readonly stage: Stage;
  readonly deploy: DeploySettings;
}

/** The role that a workflow deploys the stage with: it may only take the roles that `cdk bootstrap` made. */
export class DeployRole extends Construct {
  constructor(scope: Construct, id: string, { stage, deploy }: DeployRoleProps) {
    super(scope, id);
    const place: Place = { partition: Aws.PARTITION, account: Aws.ACCOUNT_ID, region: stage.region ?? Aws.REGION };
    const provider =
      deploy.createsProvider && isHome(stage)
        ? new CfnOIDCProvider(this, 'Provider', {
            url: deployProvider.url,
            clientIdList: [...deployProvider.audiences],
          })
        : undefined;
    const role = new CfnRole(this, 'Role', {
      roleName: deployRoleName(stage),
      description: `Deploys ${stage.name} from ${deploy.repository}`,
      assumeRolePolicyDocument: { Version: '2012-10-17', Statement: [deployTrust(deploy, place)] },
      policies: [
        {
          policyName: 'deploy',
          policyDocument: {
            Version: '2012-10-17',
            Statement: [
              {
                Sid: 'Deploy',
                Effect: 'Allow',
                Action: ['sts:AssumeRole'],
                Resource: [...deployTargets(stage, 'cdk', place)],
              },
            ],
          },
        },
      ],
    });
    if (provider) role.addResourceDependency(provider);
  }
}
