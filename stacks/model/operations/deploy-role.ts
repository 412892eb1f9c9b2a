import { nameInAccount } from '../names.ts';
import type { DeploySettings, Stage } from '../stages/stage-settings.ts';
import { type Place, regionsInUse } from './apply-rights.ts';

const issuer = 'token.actions.githubusercontent.com';
/** GitHub signs the tokens of its workflows. */
export const deployIssuer = `https://${issuer}`;
const audience = 'sts.amazonaws.com';

/** GitHub's tokens, as an account trusts them. AWS knows the issuer's certificate, so no thumbprint is needed. */
export const deployProvider = { url: deployIssuer, audiences: [audience] } as const;

export const deployRoleName = (stage: Stage): string => nameInAccount(stage, 'deploy');

export const deployProviderArn = ({ partition, account }: Place): string =>
  `arn:${partition}:iam::${account}:oidc-provider/${issuer}`;

/** A workflow of one repository, in one environment: another branch's workflow has another subject. */
export const deploySubject = ({ repository, environment }: DeploySettings): string =>
  `repo:${repository}:environment:${environment}`;

export const deployTrust = (deploy: DeploySettings, place: Place) => ({
  Effect: 'Allow',
  Action: 'sts:AssumeRoleWithWebIdentity',
  Principal: { Federated: deployProviderArn(place) },
  Condition: {
    StringEquals: {
      [`${issuer}:aud`]: audience,
      [`${issuer}:sub`]: deploySubject(deploy),
    },
  },
});

/** The role names of `cdk bootstrap`, unless it is given another qualifier. */
const bootstrapRoles = ['deploy', 'file-publishing', 'lookup'].map((role) => `cdk-hnb659fds-${role}-role`);

/** The role that Terraform applies with. Terraform has no bootstrap, so the stage has its own role. */
export const applyRoleName = (stage: Stage): string => nameInAccount(stage, 'terraform-apply');

/** The role's only permission: assume these roles. */
export function deployTargets(stage: Stage, tool: 'cdk' | 'terraform', place: Place): readonly string[] {
  const toArn = (role: string) => `arn:${place.partition}:iam::${place.account}:role/${role}`;
  if (tool === 'terraform') return [toArn(applyRoleName(stage))];
  return regionsInUse(stage, place).flatMap((region) =>
    bootstrapRoles.map((role) => toArn(`${role}-${place.account}-${region}`)),
  );
}
