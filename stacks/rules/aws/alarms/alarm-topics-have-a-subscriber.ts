import { type Json, type JsonObject, toList } from '../../../model/json.ts';
import type { Finding, Rule } from '../../rule.ts';
import type { Template } from '../../template/template.ts';
import { actionsOf, dimensionsOf, exampleAlarm, findNotifiers, findTopics } from './alarms.ts';

function check(template: Template): Finding[] {
  const topics = findTopics(template, findNotifiers(template).flatMap(actionsOf));
  const subscribed = template
    .ofType('AWS::SNS::Subscription')
    .flatMap(({ properties }) => findTopics(template, toList(properties.TopicArn)));
  return topics.flatMap((topic) => {
    if (toList(topic.properties.Subscription).length > 0 || subscribed.includes(topic)) return [];
    return [
      { resource: topic.id, problem: 'alarms notify this topic, and nobody is subscribed to it. Subscribe an address' },
    ];
  });
}

const example = (more: JsonObject, action: Json = { Ref: 'Topic' }): JsonObject => ({
  Resources: {
    Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'alarms' } },
    Alarm: exampleAlarm({
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateAgeOfOldestMessage',
      Dimensions: dimensionsOf({ QueueName: 'orders' }),
      AlarmActions: [action],
    }),
    ...more,
  },
});
const byName = { 'Fn::Sub': `arn:aws:sns:\${AWS::Region}:\${AWS::AccountId}:alarms` };
const composite: JsonObject = {
  Alarm: { Type: 'AWS::CloudWatch::CompositeAlarm', Properties: { AlarmRule: 'ALARM(a)', AlarmActions: [byName] } },
};
const email: JsonObject = {
  Email: {
    Type: 'AWS::SNS::Subscription',
    Properties: { TopicArn: { Ref: 'Topic' }, Protocol: 'email', Endpoint: 'night@shop.test' },
  },
};

export const alarmTopicsHaveASubscriber: Rule = {
  name: 'alarm-topics-have-a-subscriber',
  what: 'A topic that alarms notify has a subscription.',
  why: 'CloudFormation and Terraform deploy a topic without one, and every alarm ends there.',
  source: ['https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html'],
  clouds: ['aws'],
  check,
  examples: [
    { bad: example({}), good: example(email) },
    { bad: example({}, byName), good: example(email, byName) },
    { bad: example(composite), good: example({ ...composite, ...email }) },
  ],
};
