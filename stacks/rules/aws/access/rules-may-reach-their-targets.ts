import { type Json, type JsonObject, toList, toObject } from '../../../model/json.ts';
import type { Finding, Rule } from '../../rule.ts';
import { type Resource, type Template, toText } from '../../template/template.ts';
import { policyOf } from '../policies.ts';
import { type Caller, mayCall, toCaller } from './callers.ts';

const events = 'events.amazonaws.com';

function check(template: Template): Finding[] {
  return template.ofType('AWS::Events::Rule').flatMap((rule) =>
    toList(rule.properties.Targets)
      .map(toObject)
      .flatMap(({ Arn, DeadLetterConfig }) => [Arn, toObject(DeadLetterConfig).Arn])
      .filter((arn) => arn !== undefined && !mayCall(template, callerOf(rule), arn))
      .map((arn) => ({
        resource: rule.id,
        problem: `it sends to ${toText(arn)}, whose policy does not let ${events} in for this rule: events are lost without an error. Allow it, with the rule's ARN as source`,
      })),
  );
}

function callerOf(rule: Resource): Caller {
  const bus = toText(rule.properties.EventBusName);
  const name = [...(bus === '' || bus === 'default' ? [] : [bus]), toText(rule.properties.Name)].join('/');
  const arn = `arn:<AWS::Partition>:events:<AWS::Region>:<AWS::AccountId>:rule/${name}`;
  return toCaller(events, rule, rule.properties.Name === undefined ? '' : arn);
}

const sourceOf = (source: Json): JsonObject => ({ ArnEquals: { 'aws:SourceArn': source } });

const example = (condition: JsonObject): JsonObject => ({
  Resources: {
    Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'confirmed' } },
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        Name: 'confirmed',
        EventPattern: { source: ['shop'] },
        Targets: [{ Id: 'Target0', Arn: { 'Fn::GetAtt': ['Queue', 'Arn'] } }],
      },
    },
    Other: { Type: 'AWS::Events::Rule', Properties: { Name: 'other', EventPattern: { source: ['other'] } } },
    Policy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [{ Ref: 'Queue' }],
        PolicyDocument: policyOf({
          Effect: 'Allow',
          Principal: { Service: events },
          Action: 'sqs:SendMessage',
          Resource: { 'Fn::GetAtt': ['Queue', 'Arn'] },
          Condition: condition,
        }),
      },
    },
  },
});

const arnOf = (rule: string) => sourceOf({ 'Fn::GetAtt': [rule, 'Arn'] });
const named = (rule: string) =>
  sourceOf({
    'Fn::Join': [':', ['arn:aws:events', { Ref: 'AWS::Region' }, { Ref: 'AWS::AccountId' }, `rule/${rule}`]],
  });
const account = (id: Json): JsonObject => ({ StringEquals: { 'aws:SourceAccount': id } });

export const rulesMayReachTheirTargets: Rule = {
  name: 'rules-may-reach-their-targets',
  what: 'The queue or function that a rule of EventBridge sends to, and its dead-letter queue, let that rule in.',
  why: 'EventBridge accepts a target that it may not reach, and only a metric shows that nothing arrives.',
  source: [
    'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html',
    'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html',
  ],
  clouds: ['aws'],
  check,
  examples: [
    { bad: example(arnOf('Other')), good: example(arnOf('Rule')) },
    { bad: example(named('other')), good: example(named('confirmed')) },
    { bad: example(account({ Ref: 'Partner' })), good: example(account({ Ref: 'AWS::AccountId' })) },
  ],
};
