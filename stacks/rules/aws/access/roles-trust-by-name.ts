import { type Json, type JsonObject, toObject } from '../../../model/json.ts';
import type { Finding, Rule } from '../../rule.ts';
import { listAlternatives } from '../../template/alternatives.ts';
import { ref } from '../../template/ref.ts';
import { type Template, toText } from '../../template/template.ts';
import { listStatements, policyOf } from '../policies.ts';
import { readDocuments } from '../terraform/documents.ts';

const github = 'token.actions.githubusercontent.com';
/** Operators that reject a request whose key is missing or has another value. */
const comparing = /^(ForAnyValue:)?((String|Arn)(Equals|EqualsIgnoreCase|Like)|IpAddress)$/;
/** A repository, and at least the beginning of a branch, a tag or an environment. */
const namedSubject = /^repo:[^/:*?]+\/[^/:*?]+:(environment:|ref:refs\/(heads|tags)\/)[^*?]/;

function check(template: Template): Finding[] {
  const trusts = [
    ...template
      .ofType('AWS::IAM::Role')
      // Skips the translation of a Terraform role: the original is checked instead.
      .filter(({ id }) => !id.startsWith('aws_iam_role.'))
      .map(({ id, properties }) => ({ id, documents: listAlternatives(properties.AssumeRolePolicyDocument) })),
    ...template
      .ofType('aws_iam_role')
      .map(({ id, properties }) => ({ id, documents: readDocuments(template, properties.assume_role_policy) })),
  ];
  return trusts.flatMap(({ id, documents }) =>
    documents
      .flatMap(listStatements)
      .filter(({ Effect }) => Effect === 'Allow')
      .flatMap((statement) => findOpen(template, statement))
      .map((problem) => ({ resource: id, problem })),
  );
}

function findOpen(template: Template, { Principal, NotPrincipal, Condition }: JsonObject): readonly string[] {
  const { AWS: accounts, Federated: federated } = toObject(Principal);
  const anybody = [...listAlternatives(accounts), Principal].includes('*') || NotPrincipal !== undefined;
  const isLimited = comparisons(Condition).some(({ values }) => values.every((value) => !/^[*?]*$/.test(value)));
  const byGithub = listAlternatives(federated).some((one) => isGithub(template, one));
  const subjects = comparisons(Condition).filter(({ key }) => key.endsWith(':sub'));
  const isNamed = subjects.some(({ values }) => values.every((one) => !/[*?]/.test(one) || namedSubject.test(one)));
  const given = subjects.flatMap(({ values }) => values).join(', ');
  return [
    ...(anybody && !isLimited
      ? ['anybody in any account may take it. Name the principal, or add a condition on the organization']
      : []),
    ...(byGithub && !isNamed
      ? [
          `the subject of GitHub's token is ${given === '' ? 'not compared' : `'${given}'`}: others may take it. Compare ${github}:sub with repo:OWNER/NAME:environment:NAME`,
        ]
      : []),
  ];
}

/** A provider's ARN ends in its address; one of the same template has it as a property. */
function isGithub(template: Template, provider: Json): boolean {
  const addresses = template.referredBy(provider).map(({ properties }) => toText(properties.Url ?? properties.url));
  return [toText(provider), ...addresses].some((one) => one.includes(github));
}

/** Each key that a condition compares; its values are alternatives, and all keys must fit. */
const comparisons = (condition: Json | undefined): readonly { key: string; values: readonly string[] }[] =>
  listAlternatives(condition)
    .flatMap((one) => Object.entries(toObject(one)))
    .filter(([operator]) => comparing.test(operator))
    .flatMap(([, keys]) => Object.entries(toObject(keys)))
    .map(([key, values]) => ({ key: key.toLowerCase(), values: listAlternatives(values).map(toText) }));

const example = (Principal: Json, Condition?: JsonObject): JsonObject => ({
  Resources: {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: policyOf({
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Principal,
          ...(Condition && { Condition }),
        }),
      },
    },
  },
});
const organization = { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } };
const workflow = (operator: string, sub: Json): JsonObject =>
  example(
    { Federated: `arn:aws:iam::123456789012:oidc-provider/${github}` },
    { [operator]: { [`${github}:aud`]: 'sts.amazonaws.com', ...toObject({ [`${github}:sub`]: sub }) } },
  );
const byTerraform = (Principal: Json, Condition: JsonObject = {}): JsonObject => ({
  resource: {
    aws_iam_openid_connect_provider: { github: { url: `https://${github}` } },
    aws_iam_role: {
      shop: { assume_role_policy: JSON.stringify(policyOf({ Effect: 'Allow', Principal, Condition })) },
    },
  },
});
const good = workflow('StringEquals', 'repo:owner/shop:environment:prod');

export const rolesTrustByName: Rule = {
  name: 'roles-trust-by-name',
  what: 'A role is trusted to named principals, and to workflows of one named repository on GitHub.',
  why: 'Anybody has an AWS account, and anybody on GitHub has tokens of its issuer: without a condition they take the role.',
  source: [
    'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-anonymous',
    'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for_idp_oidc.html#idp_oidc_Create_GitHub',
  ],
  clouds: ['aws'],
  check,
  examples: [
    { bad: example({ AWS: '*' }), good: example({ AWS: '*' }, organization) },
    { bad: example('*'), good: example({ AWS: 'arn:aws:iam::123456789012:role/deploy' }) },
    { bad: example('*', { Bool: { 'aws:SecureTransport': 'true' } }), good: example('*', organization) },
    { bad: workflow('StringLike', '*'), good },
    { bad: workflow('StringLike', 'repo:*'), good },
    { bad: workflow('StringLike', 'repo:owner/*'), good },
    { bad: workflow('StringLike', ['repo:owner/shop:environment:prod', 'repo:owner/shop:*']), good },
    { bad: workflow('StringNotEquals', 'repo:owner/other:environment:prod'), good },
    { bad: example({ Federated: `arn:aws:iam::123456789012:oidc-provider/${github}` }), good },
    {
      bad: byTerraform({ Federated: ref('aws_iam_openid_connect_provider.github.arn') }),
      good: byTerraform({ Service: 'lambda.amazonaws.com' }),
    },
    { bad: byTerraform({ AWS: ['*'] }), good: byTerraform({ AWS: '*' }, organization) },
    { bad: workflow('StringLike', 'repo:*'), good: workflow('StringLike', 'repo:owner/shop:ref:refs/heads/release/*') },
  ],
};
