import type { Stage } from '../stages/stage-settings.ts';
import { type Place, type Right, right } from './apply-rights.ts';
import { releaseApplication, releaseRoleName } from './release-names.ts';

/**
 * What Terraform does to the groups of a stage with releases, and `npm run release` to start and watch a release. A
 * policy of its own: beside the other rights it would not fit into the role.
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
