import { type Json, type JsonObject, toList, toObject } from '../../../model/json.ts';
import type { Finding, Rule } from '../../rule.ts';
import { type Resource, type Template, toText } from '../../template/template.ts';
import { policyOf } from '../policies.ts';
import { type Caller, mayCall, toCaller } from './callers.ts';

const sns = 'sns.amazonaws.com';

interface Subscription {
  readonly holder: Resource;
  readonly topic: Json;
  readonly protocol: string;
  readonly endpoint: Json | undefined;
  readonly deadLetters: Json | undefined;
}

/** Subscriptions of their own, and those that a topic holds. */
function listSubscriptions(template: Template): readonly Subscription[] {
  const own = template.ofType('AWS::SNS::Subscription').map((holder) => ({ holder, body: holder.properties }));
  const held = template
    .ofType('AWS::SNS::Topic')
    .flatMap((holder) => toList(holder.properties.Subscription).map((one) => ({ holder, body: toObject(one) })));
  return [...own, ...held].map(({ holder, body }) => {
    // Terraform's, after the translation, begins with a capital.
    const { deadLetterTargetArn, DeadLetterTargetArn } = toObject(body.RedrivePolicy);
    return {
      holder,
      topic: body.TopicArn ?? { Ref: holder.id },
      protocol: toText(body.Protocol),
      endpoint: body.Endpoint,
      deadLetters: deadLetterTargetArn ?? DeadLetterTargetArn,
    };
  });
}

function check(template: Template): Finding[] {
  return listSubscriptions(template).flatMap(({ holder, topic, protocol, endpoint, deadLetters }) => {
    const caller = callerOf(template, topic);
    const targets = [['lambda', 'sqs'].includes(protocol) ? endpoint : undefined, deadLetters];
    return targets
      .filter((target) => target !== undefined && !mayCall(template, caller, target))
      .map((target) => ({
        resource: holder.id,
        problem: `it sends to ${toText(target)}, whose policy does not let ${sns} in for its topic: messages are lost without an error. Allow it, with the topic's ARN as source`,
      }));
  });
}

function callerOf(template: Template, topicArn: Json): Caller {
  const topic = template.findReferred(topicArn, 'AWS::SNS::Topic');
  const name = toText(topic?.properties.TopicName);
  const own = name === '' ? '' : `arn:<AWS::Partition>:sns:<AWS::Region>:<AWS::AccountId>:${name}`;
  return toCaller(sns, topic, toText(topicArn), own);
}

const exampleTopics: JsonObject = {
  Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'orders' } },
  Other: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'other' } },
};

const toFunction = (permission: JsonObject): JsonObject => ({
  Resources: {
    ...exampleTopics,
    Worker: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'worker' } },
    Subscription: {
      Type: 'AWS::SNS::Subscription',
      Properties: { TopicArn: { Ref: 'Topic' }, Protocol: 'lambda', Endpoint: { 'Fn::GetAtt': ['Worker', 'Arn'] } },
    },
    Permission: {
      Type: 'AWS::Lambda::Permission',
      Properties: { Action: 'lambda:InvokeFunction', FunctionName: 'worker', Principal: sns, ...permission },
    },
  },
});

const queuePolicy = (Principal: Json, Condition: JsonObject): JsonObject => ({
  Type: 'AWS::SQS::QueuePolicy',
  Properties: {
    Queues: [{ Ref: 'Queue' }],
    PolicyDocument: policyOf({
      Effect: 'Allow',
      Principal,
      Action: 'sqs:SendMessage',
      Resource: { 'Fn::GetAtt': ['Queue', 'Arn'] },
      Condition,
    }),
  },
});
const toQueue = (subscription: JsonObject, policy: JsonObject): JsonObject => ({
  Resources: {
    ...exampleTopics,
    Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'orders' } },
    Subscription: { Type: 'AWS::SNS::Subscription', Properties: { TopicArn: { Ref: 'Topic' }, ...subscription } },
    ...policy,
  },
});
const queueArn = { 'Fn::GetAtt': ['Queue', 'Arn'] };
const queue = { Protocol: 'sqs', Endpoint: queueArn };
const mail = {
  Protocol: 'email',
  Endpoint: 'night@shop.test',
  RedrivePolicy: { deadLetterTargetArn: queueArn },
};
const from = (source: Json): JsonObject => ({ ArnEquals: { 'aws:SourceArn': source } });
const Policy = queuePolicy({ Service: sns }, from({ Ref: 'Topic' }));
const OtherPolicy = queuePolicy({ AWS: '*' }, from({ Ref: 'Other' }));

export const topicsMayReachTheirSubscribers: Rule = {
  name: 'topics-may-reach-their-subscribers',
  what: 'The function or queue that is subscribed to a topic, and its dead-letter queue, let that topic in.',
  why: 'SNS accepts a subscription that it may not deliver to, and only a metric shows that nothing arrives.',
  source: [
    'https://docs.aws.amazon.com/sns/latest/dg/sns-lambda-as-subscriber.html',
    'https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html',
    'https://docs.aws.amazon.com/sns/latest/dg/sns-configure-dead-letter-queue.html',
  ],
  clouds: ['aws'],
  check,
  examples: [
    { bad: toFunction({ SourceArn: { Ref: 'Other' } }), good: toFunction({ SourceArn: { Ref: 'Topic' } }) },
    { bad: toFunction({ FunctionName: 'worker:live' }), good: toFunction({}) },
    {
      bad: toFunction({ Principal: 'events.amazonaws.com' }),
      good: toFunction({ SourceArn: 'arn:aws:sns:*:*:orders' }),
    },
    { bad: toQueue(queue, {}), good: toQueue(queue, { Policy }) },
    { bad: toQueue(queue, { Policy: OtherPolicy }), good: toQueue(queue, { Policy }) },
    { bad: toQueue(mail, {}), good: toQueue(mail, { Policy }) },
  ],
};
