import type { Stage } from '../stages/stage-settings.ts';
import { type Place, type Right, right } from './apply-rights.ts';
import { releaseApplication, releaseRoleName } from './release-names.ts';

/**
 * Terraform's rights on the groups of a stage with releases, and those of `npm run release` to start and watch a
 * release. A separate policy, because the role's own would become too long.
 */
export function releaseRights(stage: Stage, { partition, account, region }: Place): readonly Right[] {
  const here = (resource: string) => `arn:${partition}:codedeploy:${region}:${account}:${resource}`;
  const name = releaseApplication(stage);
  const kinds = ['Application', 'DeploymentGroup'].map(
    (kind) => `Create${kind} Delete${kind} Get${kind} Update${kind}`,
  );
  const deployments = 'CreateDeployment GetApplicationRevision GetDeployment GetDeploymentConfig';
  const more = 'RegisterApplicationRevision ListTagsForResource TagResource UntagResource';
  const configurations = here('deploymentconfig:CodeDeployDefault.*');
  const role = `arn:${partition}:iam::${account}:role/${releaseRoleName(stage)}`;
  return [
    right(
      'Releases',
      'codedeploy',
      [...kinds, deployments, more],
      [here(`application:${name}`), here(`deploymentgroup:${name}/*`), configurations],
    ),
    right('RunReleases', 'iam', ['PassRole'], [role], {
      StringEquals: { 'iam:PassedToService': 'codedeploy.amazonaws.com' },
    }),
  ];
}
