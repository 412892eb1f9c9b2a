import type { Json, JsonObject } from '../../../model/json.ts';
import type { Finding, Rule } from '../../rule.ts';
import type { Template } from '../../template/template.ts';
import { policyOf } from '../policies.ts';
import { cloudWatch, findKeyProblem, findRefusal } from './alarm-delivery.ts';
import { allActionsOf, dimensionsOf, exampleAlarm, findNotifiers, findTopics } from './alarms.ts';

function check(template: Template): Finding[] {
  const alarms = findNotifiers(template);
  return findTopics(template, alarms.flatMap(allActionsOf)).flatMap((topic) => {
    const own = alarms.filter((alarm) => findTopics(template, allActionsOf(alarm)).includes(topic));
    const refusal = own.map((alarm) => findRefusal(template, topic, alarm)).find((one) => one !== undefined);
    const problems = [findKeyProblem(template, topic), refusal].filter((one) => one !== undefined);
    return problems.map((problem) => ({
      resource: topic.id,
      problem: `alarms notify this topic, and nobody is told: ${problem}`,
    }));
  });
}

const deny = {
  Effect: 'Deny',
  Principal: '*',
  Action: 'sns:Publish',
  Resource: { Ref: 'Topic' },
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
};
const allow = {
  Effect: 'Allow',
  Principal: { Service: 'cloudwatch.amazonaws.com' },
  Action: 'sns:Publish',
  Resource: { Ref: 'Topic' },
};

const defaultPolicy = {
  Effect: 'Allow',
  Principal: { AWS: '*' },
  Action: ['SNS:Publish', 'SNS:Subscribe'],
  Resource: { Ref: 'Topic' },
  Condition: { StringEquals: { 'AWS:SourceOwner': { Ref: 'AWS::AccountId' } } },
};
const denyAll = { Effect: 'Deny', Principal: '*', Action: 'sns:*', Resource: '*' };
const allowIf = (Condition: JsonObject): JsonObject => ({ ...allow, Condition });
const ofAlarms = { 'Fn::Sub': `arn:aws:cloudwatch:\${AWS::Region}:\${AWS::AccountId}:alarm:*` };

const byName = { 'Fn::Sub': `arn:aws:sns:\${AWS::Region}:\${AWS::AccountId}:alarms` };
const alarm = (action: Json): JsonObject =>
  exampleAlarm({
    AlarmName: 'age',
    Namespace: 'AWS/SQS',
    MetricName: 'ApproximateAgeOfOldestMessage',
    Dimensions: dimensionsOf({ QueueName: 'orders' }),
    AlarmActions: [action],
  });
const topicPolicy = (statements: readonly JsonObject[]): JsonObject => ({
  Type: 'AWS::SNS::TopicPolicy',
  Properties: { Topics: [{ Ref: 'Topic' }], PolicyDocument: policyOf(...statements) },
});
const inlinePolicy = (statements: readonly JsonObject[]): JsonObject => ({
  Type: 'AWS::SNS::TopicInlinePolicy',
  Properties: { TopicArn: { Ref: 'Topic' }, PolicyDocument: policyOf(...statements) },
});

const build = (more: JsonObject, topic: JsonObject = {}): JsonObject => ({
  Resources: {
    Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'alarms', ...topic } },
    Email: {
      Type: 'AWS::SNS::Subscription',
      Properties: { TopicArn: { Ref: 'Topic' }, Protocol: 'email', Endpoint: 'night@shop.test' },
    },
    Alarm: alarm({ Ref: 'Topic' }),
    ...more,
  },
});
const example = (...statements: readonly JsonObject[]): JsonObject => build({ Policy: topicPolicy(statements) });
const named = (...statements: readonly JsonObject[]): JsonObject =>
  build({ Policy: topicPolicy(statements), Alarm: alarm(byName) });
const inline = (...statements: readonly JsonObject[]): JsonObject => build({ Policy: inlinePolicy(statements) });
const composite = (...statements: readonly JsonObject[]): JsonObject =>
  build({
    Policy: topicPolicy(statements),
    Alarm: {
      Type: 'AWS::CloudWatch::CompositeAlarm',
      Properties: { AlarmName: 'both', AlarmRule: 'ALARM(a)', AlarmActions: [{ Ref: 'Topic' }] },
    },
  });
const encrypted = (...actions: readonly string[]): JsonObject => {
  const use = { Effect: 'Allow', Principal: { Service: cloudWatch }, Action: actions, Resource: '*' };
  const Key = { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: policyOf(use) } };
  return build({ Key }, { KmsMasterKeyId: { Ref: 'Key' } });
};
const good = example(deny, allow);

export const alarmActionsAreDelivered: Rule = {
  name: 'alarm-actions-are-delivered',
  what: "A topic that alarms notify has no policy, or one that lets CloudWatch publish. Nor is it encrypted with SNS's own key.",
  why: "A policy replaces SNS's default one, which lets the account publish. A policy that only denies plain HTTP leaves nobody who may, and no alarm reaches anyone. CloudWatch may not use SNS's own key, either.",
  source: [
    'https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html',
    'https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html',
    'https://repost.aws/knowledge-center/cloudwatch-receive-sns-for-alarm-trigger',
  ],
  clouds: ['aws'],
  check,
  examples: [
    { bad: example(deny), good },
    { bad: example(denyAll, allow), good },
    { bad: example({ ...denyAll, Condition: deny.Condition }), good: example(defaultPolicy) },
    { bad: example({ ...allow, Resource: 'arn:aws:sns:eu-central-1:123456789012:others' }), good },
    { bad: example(allowIf({ StringEquals: { 'aws:SourceAccount': '999999999999' } })), good },
    {
      bad: example(allowIf({ ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::uploads' } })),
      good: example(allowIf({ ArnLike: { 'aws:SourceArn': ofAlarms } })),
    },
    { bad: inline(deny), good: inline(allow) },
    { bad: composite(deny), good: composite(allow) },
    { bad: named(deny), good: named(allow) },
    { bad: build({}, { KmsMasterKeyId: 'alias/aws/sns' }), good: build({}) },
    { bad: encrypted('kms:Decrypt'), good: encrypted('kms:Decrypt', 'kms:GenerateDataKey*') },
  ],
};
