import { isObject, type Json, type JsonObject, toList, toObject } from '../../../model/json.ts';
import type { Finding, Rule } from '../../rule.ts';
import { type Resource, type Template, toText } from '../../template/template.ts';
import { coversArn } from '../arn.ts';
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

/** A permission without a source covers any rule; one with only an account covers the account's rules. */
function isFor(template: Template, condition: Json | undefined, rule: Resource): boolean {
  if (condition === undefined || template.referredBy(condition).some(({ id }) => id === rule.id)) return true;
  const tests = isObject(condition) && !('Fn::Join' in condition) ? Object.values(condition).map(toObject) : undefined;
  const keys = tests?.flatMap((test) => Object.keys(test).map((key) => key.toLowerCase()));
  if (keys && keys.length > 0 && keys.every((key) => key === 'aws:sourceaccount')) return isOwnAccount(tests ?? []);
  const sources = tests ? tests.flatMap((test) => Object.values(test).flatMap(toList)) : [condition];
  const bus = toText(rule.properties.EventBusName);
  const name = [...(bus === '' || bus === 'default' ? [] : [bus]), toText(rule.properties.Name)].join('/');
  const own = `arn:<AWS::Partition>:events:<AWS::Region>:<AWS::AccountId>:rule/${name}`;
  return rule.properties.Name !== undefined && sources.some((source) => coversArn(toText(source), own));
}

/** A literal account may be the deploy's own. */
const isOwnAccount = (tests: readonly JsonObject[]): boolean =>
  tests
    .flatMap((test) => Object.values(test).flatMap(toList))
    .some((account) => /^(<AWS::AccountId>|\d{12})$/.test(toText(account)));

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
