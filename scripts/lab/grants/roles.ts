import {
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { aliasName, physicalName } from '../../../stacks/model/names.ts';
import type { Service } from '../../../stacks/model/services.ts';
import type { Deployment } from './deployment.ts';
import { type Grant, listGrants, type PolicyDocument, policyDocument } from './policy.ts';

/** Reads all grants of a service's function role. */
export async function readGrants(service: Service, deployment: Deployment): Promise<readonly Grant[]> {
  const { iam, lambda, stage } = deployment;
  const { Role = '' } = await lambda.send(
    new GetFunctionConfigurationCommand({ FunctionName: physicalName(stage, service), Qualifier: aliasName }),
  );
  const role = Role.split('/').at(-1) ?? '';
  const { AttachedPolicies = [] } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName: role }));
  if (AttachedPolicies.length > 0) {
    const names = AttachedPolicies.map(({ PolicyName }) => PolicyName).join(', ');
    throw new Error(
      `role ${role} has managed policies (${names}); grant each action in stacks/model/services.ts instead`,
    );
  }
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName: role }));
  const grants = PolicyNames.map(async (policy) =>
    listGrants(await readPolicy({ role, policy }, deployment), { service, role, policy }),
  );
  return (await Promise.all(grants)).flat();
}

type PolicyName = Pick<Grant, 'role' | 'policy'>;

export async function readPolicy({ role, policy }: PolicyName, { iam }: Deployment): Promise<PolicyDocument> {
  const { PolicyDocument = '' } = await iam.send(new GetRolePolicyCommand({ RoleName: role, PolicyName: policy }));
  return policyDocument.parse(JSON.parse(decodeURIComponent(PolicyDocument)));
}

export async function writePolicy(name: PolicyName, document: PolicyDocument, { iam }: Deployment): Promise<void> {
  const PolicyDocument = JSON.stringify(document);
  await iam.send(new PutRolePolicyCommand({ RoleName: name.role, PolicyName: name.policy, PolicyDocument }));
}
