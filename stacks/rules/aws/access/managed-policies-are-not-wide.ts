import type { Json, JsonObject } from '../../../model/json.ts';
import type { Finding, Rule } from '../../rule.ts';
import { listAlternatives } from '../../template/alternatives.ts';
import { ref } from '../../template/ref.ts';
import { type Template, toText } from '../../template/template.ts';
import { lambdaTrust } from '../policies.ts';

/**
 * AWS's policies that allow everything in a service or in the account; `ReadOnlyAccess` reads the data of every store.
 */
const wide = /:iam::aws:policy\/(?:[\w-]+\/)*(\w*(?:FullAccess|Administrator|PowerUser)[\w-]*|ReadOnlyAccess)$/;

/** The properties that name a managed policy; the last types are Terraform's. */
const holders: Readonly<Record<string, string>> = {
  'AWS::IAM::Role': 'ManagedPolicyArns',
  'AWS::IAM::User': 'ManagedPolicyArns',
  'AWS::IAM::Group': 'ManagedPolicyArns',
  aws_iam_role: 'managed_policy_arns',
  aws_iam_role_policy_attachments_exclusive: 'policy_arns',
  aws_iam_role_policy_attachment: 'policy_arn',
  aws_iam_user_policy_attachment: 'policy_arn',
  aws_iam_group_policy_attachment: 'policy_arn',
  aws_iam_policy_attachment: 'policy_arn',
};

function check(template: Template): Finding[] {
  return template.ofType(...Object.keys(holders)).flatMap(({ id, type, properties }) =>
    listAlternatives(properties[holders[type] ?? '']).flatMap((arn) => {
      const [, policy] = wide.exec(toArn(template, arn)) ?? [];
      if (policy === undefined) return [];
      const problem = `it holds ${policy}, which allows far more than a function calls, on every resource. List the actions and the ARNs in a policy of its own`;
      return [{ resource: id, problem }];
    }),
  );
}

/** Terraform may look a policy up, by its name or its ARN. */
function toArn(template: Template, value: Json): string {
  const { name, arn } = template.findReferred(value, 'data.aws_iam_policy')?.properties ?? {};
  if (name !== undefined) return `${policy}${toText(name)}`;
  return toText(arn ?? value);
}

const policy = 'arn:aws:iam::aws:policy/';
const example = (...ManagedPolicyArns: readonly Json[]): JsonObject => ({
  Resources: {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: lambdaTrust,
        ManagedPolicyArns,
      },
    },
  },
});
const byTerraform = (type: string, property: string, value: Json): JsonObject => ({
  resource: { [type]: { shop: { [property]: value } } },
  data: { aws_iam_policy: { all: { name: 'AdministratorAccess' }, logs: { name: 'AWSXRayDaemonWriteAccess' } } },
});
const good = example(`${policy}service-role/AWSLambdaBasicExecutionRole`, `${policy}AWSXRayDaemonWriteAccess`);

export const managedPoliciesAreNotWide: Rule = {
  name: 'managed-policies-are-not-wide',
  what: 'No role holds a managed policy of AWS that allows all of a service, or of the account.',
  why: 'A function that is taken over then reads and writes what belongs to others.',
  source: [
    'https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html#aws-managed-policies',
    'https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AdministratorAccess.html',
  ],
  clouds: ['aws'],
  check,
  examples: [
    { bad: example(`${policy}AdministratorAccess`), good },
    { bad: example(`${policy}PowerUserAccess`), good },
    { bad: example({ 'Fn::Sub': `arn:${ref('AWS::Partition')}:iam::aws:policy/IAMFullAccess` }), good },
    { bad: example(`${policy}AWSLambda_FullAccess`), good },
    { bad: example(`${policy}job-function/DatabaseAdministrator`), good },
    { bad: example({ 'Fn::If': ['Wide', `${policy}ReadOnlyAccess`, { Ref: 'AWS::NoValue' }] }), good },
    ...Object.entries(holders)
      .filter(([type]) => type.startsWith('aws_'))
      .map(([type, property]) => ({
        bad: byTerraform(type, property, `${policy}AdministratorAccess`),
        good: byTerraform(type, property, `${policy}AWSXRayDaemonWriteAccess`),
      })),
    {
      bad: byTerraform('aws_iam_role_policy_attachment', 'policy_arn', ref('data.aws_iam_policy.all.arn')),
      good: byTerraform('aws_iam_role_policy_attachment', 'policy_arn', ref('data.aws_iam_policy.logs.arn')),
    },
  ],
};
