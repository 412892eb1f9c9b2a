import { type JsonObject, toObject } from '../../../model/json.ts';
import type { Finding, Rule } from '../../rule.ts';
import { type Resource, type Template, toText } from '../../template/template.ts';

interface NameRule {
  readonly path: readonly string[];
  readonly most: number;
  readonly characters: RegExp;
}

const plain = /^[A-Za-z0-9_-]+$/;
const withDots = /^[A-Za-z0-9_.-]+$/;
const rule = (most: number, characters: RegExp, ...path: readonly string[]): NameRule => ({ path, most, characters });

/** By type: the path of the name, and the service's limits for it. */
const names: Readonly<Record<string, NameRule>> = {
  'AWS::ApiGatewayV2::Api': rule(128, /./, 'Name'),
  'AWS::CloudFront::CachePolicy': rule(128, plain, 'CachePolicyConfig', 'Name'),
  'AWS::CloudFront::Function': rule(64, plain, 'Name'),
  'AWS::CloudFront::OriginAccessControl': rule(64, /./, 'OriginAccessControlConfig', 'Name'),
  'AWS::CloudFront::OriginRequestPolicy': rule(128, plain, 'OriginRequestPolicyConfig', 'Name'),
  'AWS::CloudFront::ResponseHeadersPolicy': rule(128, plain, 'ResponseHeadersPolicyConfig', 'Name'),
  'AWS::CloudWatch::Alarm': rule(255, /./, 'AlarmName'),
  'AWS::CloudWatch::Dashboard': rule(255, plain, 'DashboardName'),
  'AWS::Cognito::UserPool': rule(128, /^[\w\s+=,.@-]+$/, 'UserPoolName'),
  'AWS::Cognito::UserPoolDomain': rule(63, /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'Domain'),
  'AWS::DynamoDB::GlobalTable': rule(255, withDots, 'TableName'),
  'AWS::DynamoDB::Table': rule(255, withDots, 'TableName'),
  'AWS::Events::EventBus': rule(256, /^[/.\-_A-Za-z0-9]+$/, 'Name'),
  'AWS::Events::Rule': rule(64, withDots, 'Name'),
  'AWS::IAM::Role': rule(64, /^[\w+=,.@-]+$/, 'RoleName'),
  'AWS::Lambda::Function': rule(64, plain, 'FunctionName'),
  'AWS::Logs::LogGroup': rule(512, /^[.\-_/#A-Za-z0-9]+$/, 'LogGroupName'),
  'AWS::S3::Bucket': rule(63, /^[a-z0-9][a-z0-9.-]+[a-z0-9]$/, 'BucketName'),
  'AWS::SecretsManager::Secret': rule(512, /^[A-Za-z0-9/_+=.@-]+$/, 'Name'),
  'AWS::SNS::Topic': rule(256, /^[A-Za-z0-9_-]+(\.fifo)?$/, 'TopicName'),
  'AWS::SQS::Queue': rule(80, /^[A-Za-z0-9_-]+(\.fifo)?$/, 'QueueName'),
  'AWS::SSM::Parameter': rule(1_011, /^[A-Za-z0-9_.\-/]+$/, 'Name'),
  'AWS::WAFv2::WebACL': rule(128, plain, 'Name'),
};

/** The longest values that a deploy can fill in. */
const filledIn: Readonly<Record<string, string>> = {
  '<AWS::Region>': 'ap-southeast-1',
  '<AWS::AccountId>': '123456789012',
  '<AWS::Partition>': 'aws-us-gov',
};

function check(template: Template): Finding[] {
  return template.resources.flatMap((resource) => {
    const name = nameOf(resource);
    const accepted = names[resource.type];
    if (name === undefined || !accepted) return [];
    const reasons = [
      ...(name.length > accepted.most ? [`has ${name.length} characters, at most ${accepted.most} are accepted`] : []),
      ...(accepted.characters.test(name) ? [] : [`does not match ${accepted.characters.source}`]),
    ];
    return reasons.map((reason) => ({ resource: resource.id, problem: `its name '${name}' ${reason}. Change it` }));
  });
}

/** Undefined if the resource has no name, or one that only the deploy knows. */
function nameOf({ type, properties }: Resource): string | undefined {
  const path = names[type]?.path ?? [];
  const value = path.reduce<JsonObject[string] | undefined>((inner, key) => toObject(inner)[key], properties);
  if (value === undefined) return undefined;
  const text = toText(value).replaceAll(/<AWS::\w+>/g, (pseudo) => filledIn[pseudo] ?? pseudo);
  return /[<{$]/.test(text) ? undefined : text;
}

const example = (QueueName: string): JsonObject => ({
  Resources: { Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName } } },
});

export const namesFit: Rule = {
  name: 'names-fit',
  what: 'Each physical name is as short, and has only the characters, as its service accepts.',
  why: 'CloudFormation and Terraform pass names on; a service refuses them in the middle of a deploy.',
  source: [
    'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html',
    'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html',
    'https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html',
  ],
  clouds: ['aws'],
  check,
  examples: [
    { bad: example('a'.repeat(81)), good: example('a'.repeat(80)) },
    { bad: example('orders.dlq'), good: example('orders-dlq') },
  ],
};
