import type { Json, JsonObject } from '../../../model/json.ts';
import type { Finding, Rule } from '../../rule.ts';
import { listAlternatives } from '../../template/alternatives.ts';
import { ref } from '../../template/ref.ts';
import { type Template, toText } from '../../template/template.ts';
import { isEveryArn } from '../arn.ts';
import { functionRole, listDocuments, listStatements, policyOf } from '../policies.ts';
import { findGrants, grantTypes } from '../terraform/documents.ts';

/** Actions without resource-level permissions. */
const withoutResource = new RegExp(
  `^(${[
    ...['xray:Put\\w+', 'cloudwatch:PutMetricData', 'ec2:Describe\\w+', 'sts:GetCallerIdentity'],
    // Actions that create resources with generated ids, or only list resources.
    ...[
      'acm:RequestCertificate',
      'application-autoscaling:Describe\\w+',
      'cloudwatch:DescribeAlarms',
      'cloudfront:Create\\w+',
    ],
    ...['cloudfront:(Delete|Get)MonitoringSubscription', 'cognito-idp:(CreateUserPool|DescribeUserPoolDomain)'],
    ...['logs:\\w+LogDeliver(y|ies)', 'logs:(DescribeLogGroups|DescribeResourcePolicies|PutResourcePolicy)'],
    ...['route53:CreateHealthCheck', 'secretsmanager:GetRandomPassword', 'ssm:DescribeParameters'],
  ].join('|')})$`,
);
/** A condition that limits an action to one function's resources, although the action supports no resource ARN. */
const narrowing = /"lambda:FunctionArn":"[^"*]/;

/** Actions that may end in a wildcard: a verb that only reads, or a verb that changes things followed by their type. */
const completed =
  /^[\w-]+:(Abort|BatchGet|Describe|GenerateDataKey|Get|List|ReEncrypt|(Create|Delete|Put|Update)[A-Z][a-z]+)[A-Za-z]*\*$/;
/** Types that hold a policy, or are one. */
const types = ['Role', 'User', 'Group', 'Policy', 'RolePolicy', 'ManagedPolicy', 'UserPolicy', 'GroupPolicy'];

function check(template: Template): Finding[] {
  const byCloudFormation = template.ofType(...types.map((type) => `AWS::IAM::${type}`));
  const documents = [
    ...byCloudFormation.flatMap((resource) => listDocuments(resource).map((document) => ({ resource, document }))),
    ...template
      .ofType(...grantTypes)
      .flatMap((resource) => findGrants(template, resource).map((document) => ({ resource, document }))),
  ];
  return documents.flatMap(({ resource, document }) =>
    listStatements(document)
      .filter(({ Effect }) => Effect === 'Allow')
      .flatMap((statement) => findExcess(statement))
      .map((problem) => ({ resource: resource.id, problem })),
  );
}

function findExcess({ Action, Resource, NotAction, NotResource, Condition }: JsonObject): readonly string[] {
  const actions = listAlternatives(Action).map(toText);
  const isNarrow = narrowing.test(JSON.stringify(Condition ?? ''));
  const everything = listAlternatives(Resource).map(toText).filter(isEveryArn);
  const anywhere = everything.length > 0 && !isNarrow && !actions.every((one) => withoutResource.test(one));
  return [
    ...(NotAction !== undefined || NotResource !== undefined
      ? ['it allows everything but a list: what is added later is allowed, too. List what it needs']
      : []),
    ...actions.filter(isWide).map((action) => `it allows ${action}. List the actions that the function calls`),
    ...(anywhere ? [`it allows ${actions.join(', ')} on every resource (${everything.join(', ')}). Name the ARN`] : []),
  ];
}

const isWide = (action: string): boolean => /[*?]/.test(action) && !completed.test(action);

const example = (Action: Json, Resource: Json): JsonObject => ({
  Resources: { Role: functionRole({ Effect: 'Allow', Action, Resource }) },
});
/** The same permissions, in a policy beside the role. */
const apart = (Type: string, target: JsonObject, statement: Json): JsonObject => ({
  Resources: { Policy: { Type, Properties: { PolicyName: 'grants', ...target, PolicyDocument: policyOf(statement) } } },
});
/** The same permissions by Terraform, in a role's policy or in a separate one. */
const byTerraform = (type: string, body: JsonObject, data: JsonObject = {}): JsonObject => ({
  resource: { [type]: { shop: body } },
  data,
});
const orders = 'arn:aws:dynamodb:eu-central-1:123456789012:table/orders';
const prefix = 'arn:aws:dynamodb:eu-central-1:123456789012:table/shop-*';
const everything = { Effect: 'Allow', Action: '*', Resource: '*' };
const asData = (actions: Json, resources: Json): JsonObject => ({
  aws_iam_policy_document: { shop: { statement: [{ actions, resources }] } },
});
const oneTable = { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: orders };

export const rolesNameTheirResources: Rule = {
  name: 'roles-name-their-resources',
  what: 'A role or a policy allows named actions on named resources; only actions that know no resource have a wildcard.',
  why: 'AwsSolutions checks this for CDK alone; no tool checks what Terraform grants.',
  source: [
    'https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege',
    'https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html',
  ],
  clouds: ['aws'],
  check,
  examples: [
    { bad: example('dynamodb:*', orders), good: example('dynamodb:GetItem', orders) },
    { bad: example('dynamodb:GetItem', '*'), good: example('xray:PutTraceSegments', '*') },
    { bad: example('dynamodb:D*', orders), good: example('dynamodb:Describe*', orders) },
    {
      bad: example('*:GetItem', orders),
      good: example('lambda:UpdateFunction*', 'arn:aws:lambda:*:*:function:shop-*'),
    },
    ...[
      'arn:*',
      'arn:aws:s3:::*',
      'arn:aws:dynamodb:*:*:table/*',
      'arn:aws:dynamodb:eu-central-1:123456789012:table/*/index/*',
      { 'Fn::Sub': `arn:${ref('AWS::Partition')}:sqs:${ref('AWS::Region')}:${ref('AWS::AccountId')}:*` },
      { 'Fn::If': ['Narrow', orders, '*'] },
    ].map((resource) => ({ bad: example('dynamodb:GetItem', resource), good: example('dynamodb:GetItem', prefix) })),
    {
      bad: example('cloudfront:GetDistribution', 'arn:aws:cloudfront::123456789012:*'),
      good: example('cloudfront:GetDistribution', 'arn:aws:cloudfront::123456789012:distribution/*'),
    },
    ...(
      [
        ['AWS::IAM::Policy', { Roles: ['shop'] }],
        ['AWS::IAM::RolePolicy', { RoleName: 'shop' }],
        ['AWS::IAM::ManagedPolicy', { Roles: ['shop'] }],
        ['AWS::IAM::UserPolicy', { UserName: 'shop' }],
      ] as const
    ).map(([type, target]) => ({ bad: apart(type, target, everything), good: apart(type, target, oneTable) })),
    {
      bad: apart('AWS::IAM::Policy', { Roles: ['shop'] }, { 'Fn::If': ['Wide', everything, oneTable] }),
      good: apart('AWS::IAM::Policy', { Roles: ['shop'] }, { 'Fn::If': ['Wide', oneTable, { Ref: 'AWS::NoValue' }] }),
    },
    ...['aws_iam_policy', 'aws_iam_role_policy', 'aws_iam_user_policy', 'aws_iam_group_policy'].map((type) => ({
      bad: byTerraform(type, { policy: JSON.stringify(policyOf(everything)) }),
      good: byTerraform(type, { policy: JSON.stringify(policyOf(oneTable)) }),
    })),
    {
      bad: byTerraform('aws_iam_role', { inline_policy: [{ policy: JSON.stringify(policyOf(everything)) }] }),
      good: byTerraform('aws_iam_role', { inline_policy: { policy: JSON.stringify(policyOf(oneTable)) } }),
    },
    {
      bad: byTerraform('aws_iam_policy', { policy: ref('data.aws_iam_policy_document.shop.json') }, asData('*', '*')),
      good: byTerraform(
        'aws_iam_policy',
        { policy: ref('data.aws_iam_policy_document.shop.json') },
        asData('dynamodb:GetItem', orders),
      ),
    },
    {
      bad: byTerraform('aws_iam_policy', { policy: ref(`jsonencode({Statement=[{Effect="Allow",Action="*"}]})`) }),
      good: byTerraform('aws_iam_policy', { policy: ref(`jsonencode({Statement=[{Effect="Deny",Action="*"}]})`) }),
    },
  ],
};
