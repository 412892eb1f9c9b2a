import type { Json, JsonObject } from '../../../model/json.ts';
import type { Finding, Rule } from '../../rule.ts';
import { listAlternatives } from '../../template/alternatives.ts';
import { ref } from '../../template/ref.ts';
import { type Template, toText } from '../../template/template.ts';
import { policyOf } from '../policies.ts';

/** Policies of AWS that allow all of a service, or of the account; `ReadOnlyAccess` reads the data of every store. */
const wide = /:iam::aws:policy\/(?:[\w-]+\/)*(\w*(?:FullAccess|Administrator|PowerUser)[\w-]*|ReadOnlyAccess)$/;

function check(template: Template): Finding[] {
  return template.ofType('AWS::IAM::Role', 'AWS::IAM::User', 'AWS::IAM::Group').flatMap(({ id, properties }) =>
    listAlternatives(properties.ManagedPolicyArns).flatMap((arn) => {
      const [, policy] = wide.exec(toText(arn)) ?? [];
      if (policy === undefined) return [];
      const problem = `it holds ${policy}, which allows far more than a function calls, on every resource. List the actions and the ARNs in a policy of its own`;
      return [{ resource: id, problem }];
    }),
  );
}

const example = (...ManagedPolicyArns: readonly Json[]): JsonObject => ({
  Resources: {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: policyOf({
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Principal: { Service: 'lambda.amazonaws.com' },
        }),
        ManagedPolicyArns,
      },
    },
  },
});
const policy = 'arn:aws:iam::aws:policy/';
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
  ],
};
