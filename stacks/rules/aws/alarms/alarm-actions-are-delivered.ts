import type { JsonObject } from '../../../model/json.ts';
import type { Finding, Rule } from '../../rule.ts';
import type { Template } from '../../template/template.ts';
import { allowsService, findStatements, policyOf } from '../policies.ts';
import { dimensionsOf, exampleAlarm, findAlarms } from './alarms.ts';

function check(template: Template): Finding[] {
  const topics = new Set(
    findAlarms(template).flatMap(({ properties }) =>
      template.referredBy([properties.AlarmActions ?? [], properties.OKActions ?? []]).filter(isTopic),
    ),
  );
  return [...topics].flatMap((topic) => {
    const statements = findStatements(template, topic);
    const isAllowed =
      statements === undefined ||
      statements.some((statement) => allowsService(statement, 'cloudwatch.amazonaws.com', 'sns:Publish'));
    if (isAllowed) return [];
    const problem =
      "alarms notify this topic, but its policy has no Allow for cloudwatch.amazonaws.com, and a policy replaces the topic's default one: nobody is notified. Allow sns:Publish";
    return [{ resource: topic.id, problem }];
  });
}

const isTopic = ({ type }: { readonly type: string }): boolean => type === 'AWS::SNS::Topic';

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

const example = (...statements: readonly JsonObject[]): JsonObject => ({
  Resources: {
    Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'alarms' } },
    Email: {
      Type: 'AWS::SNS::Subscription',
      Properties: { TopicArn: { Ref: 'Topic' }, Protocol: 'email', Endpoint: 'night@shop.test' },
    },
    Policy: {
      Type: 'AWS::SNS::TopicPolicy',
      Properties: { Topics: [{ Ref: 'Topic' }], PolicyDocument: policyOf(...statements) },
    },
    Alarm: exampleAlarm({
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateAgeOfOldestMessage',
      Dimensions: dimensionsOf({ QueueName: 'orders' }),
      AlarmActions: [{ Ref: 'Topic' }],
    }),
  },
});

export const alarmActionsAreDelivered: Rule = {
  name: 'alarm-actions-are-delivered',
  what: 'A topic that alarms notify either has no policy, or one that lets CloudWatch publish.',
  why: "A policy replaces SNS's default one, which lets the account publish. A policy that only denies plain HTTP leaves nobody who may, and no alarm reaches anyone.",
  source: [
    'https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html',
    'https://repost.aws/knowledge-center/cloudwatch-receive-sns-for-alarm-trigger',
  ],
  clouds: ['aws'],
  check,
  examples: [{ bad: example(deny), good: example(deny, allow) }],
};
