import { isObject, type Json, type JsonObject, toList, toObject } from '../../../model/json.ts';
import type { Finding, Rule } from '../../rule.ts';
import { type Resource, type Template, toText } from '../../template/template.ts';
import { findStatements, policyOf } from '../policies.ts';
import { exampleStat } from './alarm-metrics.ts';
import {
  actionsOf,
  allActionsOf,
  dimensionsOf,
  exampleAlarm,
  exampleMathAlarm,
  findNotifiers,
  findTopics,
} from './alarms.ts';

/** Types that act on the state of an alarm that they name, so that the alarm needs no action of its own. */
const readers = [
  'AWS::AppConfig::Environment',
  'AWS::CloudWatch::CompositeAlarm',
  'AWS::CodeDeploy::DeploymentGroup',
  'AWS::ECS::Service',
  'AWS::Events::Rule',
  'AWS::Route53::HealthCheck',
];

/** Protocols whose subscribers are people. */
const personal = ['email', 'email-json', 'sms'];

function check(template: Template): Finding[] {
  if (!tellsSomebody(template)) return [];
  return findNotifiers(template).flatMap((alarm) => {
    const { ActionsEnabled } = alarm.properties;
    const hasAction = actionsOf(alarm).length > 0;
    const isEnabled = String(ActionsEnabled ?? true) !== 'false';
    if ((hasAction && isEnabled) || isReadByAnother(template, alarm)) return [];
    const problem = hasAction
      ? 'its actions are disabled: it fires, and nobody is told. Remove ActionsEnabled, or set it to true'
      : "it has no action for its state ALARM: it fires, and nobody is told. Name the alarms' topic in AlarmActions";
    return [{ resource: alarm.id, problem }];
  });
}

/** Whether the template has any way to notify people of alarms: a stage may do without. */
function tellsSomebody(template: Template): boolean {
  if (findNotifiers(template).some((alarm) => allActionsOf(alarm).some(isTopic))) return true;
  const topics = template.ofType('AWS::SNS::Topic');
  const subscribed = template
    .ofType('AWS::SNS::Subscription')
    .filter(({ properties }) => personal.includes(toText(properties.Protocol)))
    .flatMap(({ properties }) => findTopics(template, toList(properties.TopicArn)));
  return topics.some((topic) => subscribed.includes(topic) || isForAlarms(template, topic));
}

/** A topic of this template, or the ARN of another one. */
const isTopic = (action: Json): boolean => /^<|:sns:/.test(toText(action));

function isForAlarms(template: Template, topic: Resource): boolean {
  const inline = toList(topic.properties.Subscription).map((one) => toText(toObject(one).Protocol));
  const services = (findStatements(template, topic) ?? []).flatMap(({ Principal }) =>
    toList(toObject(Principal).Service).map(toText),
  );
  return services.includes('cloudwatch.amazonaws.com') || inline.some((one) => personal.includes(one));
}

function isReadByAnother(template: Template, alarm: Resource): boolean {
  const name = toText(alarm.properties.AlarmName);
  // Whole names only, because one name may be the beginning of another.
  const named = name === '' ? undefined : new RegExp(`(^|[^\\w-])${name.replaceAll(/[^\w-]/g, '\\$&')}($|[^\\w-])`);
  return template
    .ofType(...readers)
    .filter(({ id }) => id !== alarm.id)
    .some(
      ({ properties }) =>
        template.referredBy(properties).includes(alarm) || textsOf(properties).some((text) => named?.test(text)),
    );
}

/** Every text of a value, at any depth; an intrinsic function is one text. */
function textsOf(value: Json): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (!isObject(value) || 'Fn::Join' in value) return [toText(value)];
  return Object.values(value).flatMap(textsOf);
}

const topic: JsonObject = {
  Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'alarms' } },
  Email: {
    Type: 'AWS::SNS::Subscription',
    Properties: { TopicArn: { Ref: 'Topic' }, Protocol: 'email', Endpoint: 'night@shop.test' },
  },
};
const policy: JsonObject = {
  Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'alarms' } },
  Policy: {
    Type: 'AWS::SNS::TopicPolicy',
    Properties: {
      Topics: [{ Ref: 'Topic' }],
      PolicyDocument: policyOf({
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: 'sns:Publish',
        Resource: { Ref: 'Topic' },
      }),
    },
  },
};
const age = (more: JsonObject): JsonObject =>
  exampleAlarm({
    AlarmName: 'orders-age',
    Namespace: 'AWS/SQS',
    MetricName: 'ApproximateAgeOfOldestMessage',
    Dimensions: dimensionsOf({ QueueName: 'orders' }),
    ...more,
  });
const example = (more: JsonObject, others: JsonObject = topic): JsonObject => ({
  Resources: { ...others, Alarm: age(more) },
});
const composite = (AlarmRule: string): JsonObject => ({
  ...topic,
  Late: {
    Type: 'AWS::CloudWatch::CompositeAlarm',
    Properties: { AlarmName: 'late', AlarmRule, AlarmActions: [{ Ref: 'Topic' }] },
  },
});
const AlarmActions = [{ Ref: 'Topic' }];

/** On an expression over a namespace of the template's own. */
const math = (more: JsonObject): JsonObject => {
  const Metrics = [
    exampleStat('failed', { Namespace: 'Shop', MetricName: 'Failed' }),
    { Id: 'minute', Expression: 'failed / 60' },
  ];
  return { Resources: { ...topic, Alarm: exampleMathAlarm({ Metrics, ...more }) } };
};
const good = example({ AlarmActions });

export const alarmsNotifySomebody: Rule = {
  name: 'alarms-notify-somebody',
  what: 'Where alarms have a topic, each alarm has an enabled action for its state ALARM. One that a composite alarm or a release reads needs none.',
  why: 'CloudWatch accepts an alarm without actions, or with disabled ones. It turns red in the console, and nobody is told.',
  source: [
    'https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html',
    'https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html',
  ],
  clouds: ['aws'],
  check,
  examples: [
    { bad: example({}), good },
    { bad: example({ OKActions: AlarmActions }), good },
    { bad: example({ AlarmActions, ActionsEnabled: false }), good },
    { bad: example({}, policy), good: example({ AlarmActions }, { ...topic, ...policy }) },
    { bad: math({}), good: math({ AlarmActions }) },
    { bad: math({ AlarmActions, ActionsEnabled: false }), good: math({ AlarmActions }) },
    { bad: example({}, composite('ALARM("orders-age-2")')), good: example({}, composite('ALARM("orders-age")')) },
  ],
};
