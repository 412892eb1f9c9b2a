import { hasPerimeter, perimeterRegion } from '../edge/perimeter-rows.ts';
import { physicalName } from '../names.ts';
import type { DeploySettings, Stage } from '../stages/stage-settings.ts';
import { watchesEdge } from './api-alarm-rows.ts';

const issuer = 'token.actions.githubusercontent.com';
const audience = 'sts.amazonaws.com';

/** GitHub's tokens, as an account trusts them. AWS knows the issuer's certificate, so no thumbprint is needed. */
export const deployProvider = { url: `https://${issuer}`, audiences: [audience] } as const;

export const deployRoleName = ({ name }: Stage): string => physicalName(name, 'deploy');

/** The account and region of a stage, as a tool knows them. */
export interface Place {
  readonly partition: string;
  readonly account: string;
  readonly region: string;
}

export const deployProviderArn = ({ partition, account }: Place): string =>
  `arn:${partition}:iam::${account}:oidc-provider/${issuer}`;

/** A workflow of one repository, in one environment: another branch's workflow has another subject. */
export const deployTrust = ({ repository, environment }: DeploySettings, place: Place) => ({
  Effect: 'Allow',
  Action: 'sts:AssumeRoleWithWebIdentity',
  Principal: { Federated: deployProviderArn(place) },
  Condition: {
    StringEquals: {
      [`${issuer}:aud`]: audience,
      [`${issuer}:sub`]: `repo:${repository}:environment:${environment}`,
    },
  },
});

/** As `cdk bootstrap` names its roles, unless it is told another qualifier. */
const bootstrapRoles = ['deploy', 'file-publishing', 'lookup'].map((role) => `cdk-hnb659fds-${role}-role`);

/** The one role that Terraform applies with; its owner makes it, because Terraform has no bootstrap. */
export const terraformRoleName = 'terraform-apply';

/** What the role may do: take these roles, and nothing else. */
export function deployTargets(stage: Stage, tool: 'cdk' | 'terraform', place: Place): readonly string[] {
  const toArn = (role: string) => `arn:${place.partition}:iam::${place.account}:role/${role}`;
  if (tool === 'terraform') return [toArn(terraformRoleName)];
  const alsoThere = hasPerimeter(stage) || watchesEdge(stage);
  const regions = alsoThere ? [...new Set([place.region, perimeterRegion])] : [place.region];
  return regions.flatMap((region) => bootstrapRoles.map((role) => toArn(`${role}-${place.account}-${region}`)));
}
