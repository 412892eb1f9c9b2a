import { type Json, type JsonObject, toList, toObject } from '../../../model/json.ts';
import type { Finding, Rule } from '../../rule.ts';
import { neededBy } from '../../template/needed-by.ts';
import { type Resource, type Template, toText } from '../../template/template.ts';
import { findPolicies, listDocuments, policyOf } from '../policies.ts';
import { type Caller, findPermissions, mayCall, toCaller } from './callers.ts';

const s3 = 's3.amazonaws.com';
const bucketType = 'AWS::S3::Bucket';
/** CDK's, and Terraform's after the translation. */
const customType = 'Custom::S3BucketNotifications';

/** The targets of a bucket's notifications, as CloudFormation and as the API of S3 spell them. */
const targetKeys = ['Function', 'LambdaFunctionArn', 'Queue', 'QueueArn', 'Topic', 'TopicArn'];

function check(template: Template): Finding[] {
  return template.ofType(bucketType, customType).flatMap((holder) => {
    const targets = listTargets(holder);
    if (targets.length === 0) return [];
    const caller = callerOf(template, holder);
    const created = neededBy(template, holder);
    return targets.flatMap((target) => {
      const problem = findProblem(template, caller, target, created);
      return problem === undefined ? [] : [{ resource: holder.id, problem }];
    });
  });
}

function listTargets({ properties }: Resource): readonly Json[] {
  const lists = Object.values(toObject(properties.NotificationConfiguration)).flatMap(toList);
  return lists.map(toObject).flatMap((one) => targetKeys.flatMap((key) => toList(one[key])));
}

function findProblem(
  template: Template,
  caller: Caller,
  target: Json,
  created: ReadonlySet<Resource>,
): string | undefined {
  const text = toText(target);
  if (!mayCall(template, caller, target))
    return `it notifies ${text}, whose policy does not let ${s3} in for this bucket: S3 refuses the configuration. Allow it, with the bucket's ARN and account as source`;
  const permissions = [...findPermissions(template, caller, target), ...findQueuePolicies(template, target)];
  const isCreated = permissions.length === 0 || permissions.some((one) => created.has(one));
  return isCreated
    ? undefined
    : `it notifies ${text}, whose permission may be created later: S3 refuses the configuration until then. Wait for it with DependsOn (depends_on)`;
}

/** The resources that hold the policy of a queue or a topic; none where it is in the target's own properties. */
const findQueuePolicies = (template: Template, target: Json): readonly Resource[] =>
  template
    .referredBy(target)
    .filter((owner) => /^AWS::(SQS::Queue|SNS::Topic)$/.test(owner.type) && listDocuments(owner).length === 0)
    .flatMap((owner) => findPolicies(template, owner));

/** The ARN of a bucket has no account. A name that a deploy generates cannot be written in a policy. */
function callerOf(template: Template, holder: Resource): Caller {
  const bucket = holder.type === bucketType ? holder : template.findReferred(holder.properties.BucketName, bucketType);
  const names = [bucket?.properties.BucketName, holder.properties.BucketName].map(toText);
  const arns = names.filter((name) => name !== '').map((name) => `arn:<AWS::Partition>:s3:::${name}`);
  return toCaller(s3, bucket, ...arns);
}

interface Parts {
  readonly permission?: JsonObject;
  readonly bucket?: JsonObject;
}

const arn = 'arn:aws:s3:::photos';
const toFunction = ({ permission = {}, bucket = {} }: Parts): JsonObject => ({
  Resources: {
    Worker: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'worker' } },
    Permission: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        Action: 'lambda:InvokeFunction',
        FunctionName: { 'Fn::GetAtt': ['Worker', 'Arn'] },
        Principal: s3,
        SourceArn: arn,
        SourceAccount: { Ref: 'AWS::AccountId' },
        ...permission,
      },
    },
    Photos: {
      Type: bucketType,
      DependsOn: 'Permission',
      Properties: {
        BucketName: 'photos',
        NotificationConfiguration: {
          LambdaConfigurations: [{ Event: 's3:ObjectCreated:*', Function: { 'Fn::GetAtt': ['Worker', 'Arn'] } }],
        },
      },
      ...bucket,
    },
  },
});

/** A queue or a topic, with CDK's custom resource. */
const toOther = (
  target: JsonObject,
  policy: JsonObject,
  DependsOn: readonly string[] = Object.keys(policy),
): JsonObject => ({
  Resources: {
    Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'photos' } },
    Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'photos' } },
    Photos: { Type: bucketType, Properties: {} },
    Notifications: {
      Type: customType,
      DependsOn,
      Properties: { BucketName: { Ref: 'Photos' }, NotificationConfiguration: target },
    },
    ...policy,
  },
});
const allow = (Action: string, Service: string, Condition: JsonObject): JsonObject =>
  policyOf({ Effect: 'Allow', Principal: { Service }, Action, Resource: '*', Condition });
const queuePolicy = (service: string, Condition: JsonObject): JsonObject => ({
  Policy: {
    Type: 'AWS::SQS::QueuePolicy',
    Properties: { Queues: [{ Ref: 'Queue' }], PolicyDocument: allow('sqs:SendMessage', service, Condition) },
  },
});
const topicPolicy = (action: string): JsonObject => ({
  Policy: {
    Type: 'AWS::SNS::TopicPolicy',
    Properties: { Topics: [{ Ref: 'Topic' }], PolicyDocument: allow(action, s3, bySource) },
  },
});
const bySource = { ArnLike: { 'aws:SourceArn': { 'Fn::GetAtt': ['Photos', 'Arn'] } } };
const byAccount = (account: Json): JsonObject => ({ StringEquals: { 'aws:SourceAccount': account } });
const queue = {
  QueueConfigurations: [{ Events: ['s3:ObjectCreated:*'], QueueArn: { 'Fn::GetAtt': ['Queue', 'Arn'] } }],
};
const topic = { TopicConfigurations: [{ Events: ['s3:ObjectCreated:*'], TopicArn: { Ref: 'Topic' } }] };
const good = toFunction({});

export const bucketsMayReachTheirTargets: Rule = {
  name: 'buckets-may-reach-their-targets',
  what: 'The function, queue or topic that a bucket notifies lets that bucket in, before the bucket gets the configuration.',
  why: 'S3 tries each target first: "Unable to validate the following destination configurations" ends the deploy.',
  source: [
    'https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html',
    'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-notificationconfiguration.html',
    'https://github.com/hashicorp/terraform/issues/19756',
  ],
  clouds: ['aws'],
  check,
  examples: [
    { bad: toFunction({ permission: { SourceArn: 'arn:aws:s3:::other' } }), good },
    { bad: toFunction({ permission: { SourceAccount: { Ref: 'Partner' } } }), good },
    { bad: toFunction({ bucket: { DependsOn: 'Worker' } }), good },
    {
      bad: toOther(queue, queuePolicy('sns.amazonaws.com', bySource)),
      good: toOther(queue, queuePolicy(s3, bySource)),
    },
    {
      bad: toOther(queue, queuePolicy(s3, byAccount({ Ref: 'Partner' }))),
      good: toOther(queue, queuePolicy(s3, byAccount({ Ref: 'AWS::AccountId' }))),
    },
    { bad: toOther(queue, queuePolicy(s3, bySource), []), good: toOther(queue, queuePolicy(s3, bySource)) },
    { bad: toOther(topic, topicPolicy('sns:Publish'), ['Topic']), good: toOther(topic, topicPolicy('sns:Publish')) },
    { bad: toOther(topic, topicPolicy('sns:Subscribe')), good: toOther(topic, topicPolicy('sns:Publish')) },
  ],
};
