import type { JsonObject } from '../../../model/json.ts';
import type { Finding, Rule } from '../../rule.ts';
import type { Template } from '../../template/template.ts';
import { dimensionsOf, exampleAlarm, findAlarms } from './alarms.ts';

function check(template: Template): Finding[] {
  const actions = findAlarms(template).map(({ properties }) => properties.AlarmActions ?? []);
  const topics = template.referredBy(actions).filter(({ type }) => type === 'AWS::SNS::Topic');
  return topics.flatMap((topic) => {
    const isRead =
      topic.properties.Subscription !== undefined ||
      template
        .ofType('AWS::SNS::Subscription')
        .some(({ properties }) => template.findReferred(properties.TopicArn, 'AWS::SNS::Topic') === topic);
    if (isRead) return [];
    return [
      { resource: topic.id, problem: 'alarms notify this topic, and nobody is subscribed to it. Subscribe an address' },
    ];
  });
}

const example = (more: JsonObject): JsonObject => ({
  Resources: {
    Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'alarms' } },
    Alarm: exampleAlarm({
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateAgeOfOldestMessage',
      Dimensions: dimensionsOf({ QueueName: 'orders' }),
      AlarmActions: [{ Ref: 'Topic' }],
    }),
    ...more,
  },
});

export const alarmTopicsHaveASubscriber: Rule = {
  name: 'alarm-topics-have-a-subscriber',
  what: 'A topic that alarms notify has a subscription.',
  why: 'CloudFormation and Terraform deploy a topic without one, and every alarm ends there.',
  source: ['https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html'],
  clouds: ['aws'],
  check,
  examples: [
    {
      bad: example({}),
      good: example({
        Email: {
          Type: 'AWS::SNS::Subscription',
          Properties: { TopicArn: { Ref: 'Topic' }, Protocol: 'email', Endpoint: 'night@shop.test' },
        },
      }),
    },
  ],
};
