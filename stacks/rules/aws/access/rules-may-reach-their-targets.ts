import { type Json, type JsonObject, toList, toObject } from '../../../model/json.ts';
import type { Finding, Rule } from '../../rule.ts';
import { type Resource, type Template, toText } from '../../template/template.ts';
import { toFunctionName } from '../functions.ts';
import { allowsService, findStatements, policyOf } from '../policies.ts';

const events = 'events.amazonaws.com';

function check(template: Template): Finding[] {
  return template.ofType('AWS::Events::Rule').flatMap((rule) =>
    toList(rule.properties.Targets)
      .map(toObject)
      .flatMap(({ Arn, DeadLetterConfig }) => [Arn, toObject(DeadLetterConfig).Arn])
      .filter((arn) => arn !== undefined && !mayReach(template, rule, arn))
      .map((arn) => ({
        resource: rule.id,
        problem: `it sends to ${toText(arn)}, whose policy does not let ${events} in for this rule: events are lost without an error. Allow it, with the rule's ARN as source`,
      })),
  );
}

/** Other targets, such as buses, are reached by a role. */
function mayReach(template: Template, rule: Resource, arn: Json | undefined): boolean {
  const queue = template.findReferred(arn, 'AWS::SQS::Queue');
  if (queue) {
    const statements = findStatements(template, queue) ?? [];
    return statements.some(
      (one) => allowsService(one, events, 'sqs:SendMessage') && isFor(template, one.Condition, rule),
    );
  }
  const isFunction = template.referredBy(arn).some(({ type }) => /^AWS::Lambda::(Alias|Function)$/.test(type));
  if (!isFunction) return true;
  const name = toFunctionName(template, arn);
  return template
    .ofType('AWS::Lambda::Permission')
    .some(
      ({ properties: { Principal, FunctionName, SourceArn } }) =>
        Principal === events && toFunctionName(template, FunctionName) === name && isFor(template, SourceArn, rule),
    );
}

/** Without a source, any rule may. */
function isFor(template: Template, condition: Json | undefined, rule: Resource): boolean {
  return condition === undefined || template.referredBy(condition).some(({ id }) => id === rule.id);
}

const example = (source: string): JsonObject => ({
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
          Condition: { ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': [source, 'Arn'] } } },
        }),
      },
    },
  },
});

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
  examples: [{ bad: example('Other'), good: example('Rule') }],
};
