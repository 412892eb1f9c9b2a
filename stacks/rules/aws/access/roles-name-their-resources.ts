import { type JsonObject, toList } from '../../../model/json.ts';
import type { Finding, Rule } from '../../rule.ts';
import { type Template, toText } from '../../template/template.ts';
import { findStatements, functionRole } from '../policies.ts';

/** Actions that know no resource. */
const withoutResource = new RegExp(
  `^(${[
    ...['xray:Put\\w+', 'cloudwatch:PutMetricData', 'ec2:Describe\\w+', 'sts:GetCallerIdentity'],
    // What creates things whose ids are not known before, or only lists them.
    ...['acm:RequestCertificate', 'application-autoscaling:Describe\\w+', 'cloudfront:Create\\w+'],
    ...['cloudfront:(Delete|Get)MonitoringSubscription', 'cognito-idp:(CreateUserPool|DescribeUserPoolDomain)'],
    ...['logs:\\w+LogDeliver(y|ies)', 'logs:(DescribeLogGroups|DescribeResourcePolicies|PutResourcePolicy)'],
    ...['secretsmanager:GetRandomPassword', 'ssm:DescribeParameters'],
  ].join('|')})$`,
);
/** Limits an action to what belongs to one function, although it knows no resource. */
const narrowing = /"lambda:FunctionArn":"[^"*]/;

function check(template: Template): Finding[] {
  return template.ofType('AWS::IAM::Role').flatMap((role) =>
    (findStatements(template, role) ?? [])
      .filter(({ Effect }) => Effect === 'Allow')
      .flatMap((statement) => findExcess(statement))
      .map((problem) => ({ resource: role.id, problem })),
  );
}

function findExcess({ Action, Resource, NotAction, NotResource, Condition }: JsonObject): readonly string[] {
  const actions = toList(Action).map(toText);
  const everything = actions.filter((action) => action === '*' || action.endsWith(':*'));
  const isNarrow = narrowing.test(JSON.stringify(Condition ?? ''));
  const anywhere =
    toList(Resource).map(toText).includes('*') && !isNarrow && !actions.every((one) => withoutResource.test(one));
  return [
    ...(NotAction !== undefined || NotResource !== undefined
      ? ['it allows everything but a list: what is added later is allowed, too. List what it needs']
      : []),
    ...everything.map((action) => `it allows ${action}. List the actions that the function calls`),
    ...(anywhere ? [`it allows ${actions.join(', ')} on every resource. Name the ARN`] : []),
  ];
}

const example = (Action: string, Resource: string): JsonObject => ({
  Resources: { Role: functionRole({ Effect: 'Allow', Action, Resource }) },
});
const orders = 'arn:aws:dynamodb:eu-central-1:123456789012:table/orders';

export const rolesNameTheirResources: Rule = {
  name: 'roles-name-their-resources',
  what: 'A role allows named actions on named resources; only actions that know no resource have a wildcard.',
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
  ],
};
