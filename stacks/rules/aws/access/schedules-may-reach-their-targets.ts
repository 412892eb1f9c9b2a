import { type Json, type JsonObject, toObject } from '../../../model/json.ts';
import type { Finding, Rule } from '../../rule.ts';
import { type Resource, type Template, toText } from '../../template/template.ts';
import { coversArn, coversText } from '../arn.ts';
import { toFunctionName } from '../functions.ts';
import { allowsService, coversAction, lambdaTrust, listStatements, policyOf } from '../policies.ts';
import { findRoleStatements } from '../role-statements.ts';
import { toUniversalCall } from './universal-targets.ts';

const scheduler = 'scheduler.amazonaws.com';

/** What a schedule does with a target, by the target's type. */
const actions: Readonly<Record<string, string>> = {
  'AWS::Lambda::Function': 'lambda:InvokeFunction',
  'AWS::Lambda::Alias': 'lambda:InvokeFunction',
  'AWS::SQS::Queue': 'sqs:SendMessage',
  'AWS::SNS::Topic': 'sns:Publish',
  'AWS::Events::EventBus': 'events:PutEvents',
};

function check(template: Template): Finding[] {
  return template.ofType('AWS::Scheduler::Schedule').flatMap((schedule) => {
    const { Arn, RoleArn, DeadLetterConfig } = toObject(schedule.properties.Target);
    const role = template.findReferred(RoleArn, 'AWS::IAM::Role');
    if (!role) return [];
    const targets = [Arn, toObject(DeadLetterConfig).Arn].filter((arn) => arn !== undefined);
    const problems = [
      findDistrust(role),
      ...targets.map((arn) => findLack(template, role, arn)),
      findWrongCall(template, role, toText(Arn)),
    ];
    return problems.flatMap((problem) => (problem === undefined ? [] : [{ resource: schedule.id, problem }]));
  });
}

function findDistrust(role: Resource): string | undefined {
  const statements = listStatements(role.properties.AssumeRolePolicyDocument);
  if (statements.some((one) => allowsService(one, scheduler, 'sts:AssumeRole'))) return undefined;
  return `its role ${role.id} does not trust ${scheduler}: EventBridge Scheduler refuses the schedule. Let it assume the role`;
}

function findLack(template: Template, role: Resource, target: Json): string | undefined {
  const [owner] = template.referredBy(target).filter(({ type }) => actions[type] !== undefined);
  const action = owner && actions[owner.type];
  const statements = findRoleStatements(template, role);
  if (!owner || action === undefined || statements === undefined) return undefined;
  const isAllowed = statements.some(
    (one) => one.Effect === 'Allow' && coversAction(one, action) && isAbout(template, one, target, owner),
  );
  if (isAllowed) return undefined;
  return `its role ${role.id} may not ${action} on ${toText(target)}: each run fails, and only a metric shows it. Allow the role this action on this target`;
}

/** A universal target has no ARN, so that any resource of the permission will do. */
function findWrongCall(template: Template, role: Resource, target: string): string | undefined {
  const call = toUniversalCall(target);
  if (call?.isReadOnly)
    return `its target ${call.operation} only reads: EventBridge Scheduler refuses it. Call an operation that changes something`;
  const action = call?.action;
  if (action === undefined) return undefined;
  const statements = findRoleStatements(template, role);
  if (statements === undefined || statements.some((one) => one.Effect === 'Allow' && coversAction(one, action)))
    return undefined;
  return `its role ${role.id} may not ${action}: each run fails, and only a metric shows it. Allow the role this action`;
}

function isAbout(template: Template, statement: JsonObject, target: Json, owner: Resource): boolean {
  const resources = [statement.Resource].flat();
  return resources.some((one) => {
    const pattern = toText(one).replaceAll(/\$\{(aws_\w+\.[\w-]+)\.arn\}/g, '<$1>');
    if (statement.NotResource !== undefined || pattern === '*' || pattern === toText(target)) return true;
    if (owner.type.startsWith('AWS::Lambda::'))
      return coversText(toFunctionPattern(template, pattern), toFunctionName(template, target));
    return pattern.includes(`<${owner.id}>`) || coversArn(pattern, toArn(owner));
  });
}

/** `sweeper:*`, where a policy has the function's reference or ARN. */
function toFunctionPattern(template: Template, pattern: string): string {
  const named = pattern.replaceAll(/<([^>]+)>(\.Arn)?/g, (whole, id: string) => {
    const isFunction = template.resources.some((one) => one.id === id && one.type.startsWith('AWS::Lambda::'));
    return isFunction ? toFunctionName(template, { Ref: id }) : whole;
  });
  return named.replace(/^arn:.*:function:/, '');
}

const services: Readonly<Record<string, string>> = {
  'AWS::SQS::Queue': 'sqs',
  'AWS::SNS::Topic': 'sns',
  'AWS::Events::EventBus': 'events',
};

function toArn({ type, properties }: Resource): string {
  const name = toText(properties.QueueName ?? properties.TopicName ?? properties.Name);
  const last = type === 'AWS::Events::EventBus' ? `event-bus/${name}` : name;
  return `arn:<AWS::Partition>:${services[type]}:<AWS::Region>:<AWS::AccountId>:${last}`;
}

const trust = policyOf({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: scheduler } });

const example = (
  Resource: Json,
  more: JsonObject = {},
  target: JsonObject = {},
  Action = actionOfExample,
): JsonObject => ({
  Resources: {
    Worker: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'worker' } },
    Live: { Type: 'AWS::Lambda::Alias', Properties: { FunctionName: { Ref: 'Worker' }, Name: 'live' } },
    Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'orders' } },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: trust,
        Policies: [{ PolicyName: 'invoke', PolicyDocument: policyOf({ Effect: 'Allow', Action, Resource }) }],
        ...more,
      },
    },
    Schedule: {
      Type: 'AWS::Scheduler::Schedule',
      Properties: {
        ScheduleExpression: 'rate(5 minutes)',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: { Arn: { 'Fn::GetAtt': ['Worker', 'Arn'] }, RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] }, ...target },
      },
    },
  },
});
const actionOfExample = 'lambda:InvokeFunction';
const worker = { 'Fn::GetAtt': ['Worker', 'Arn'] };
const queue = { 'Fn::GetAtt': ['Queue', 'Arn'] };
const anyVersion = { 'Fn::Join': ['', [worker, ':*']] };
const live = { Arn: { Ref: 'Live' } };
const toQueue = (action: string): JsonObject => example(queue, {}, { Arn: queue }, action);
const universal = (call: string, action: string): JsonObject =>
  example('*', {}, { Arn: `arn:aws:scheduler:::aws-sdk:${call}`, Input: '{}' }, action);

export const schedulesMayReachTheirTargets: Rule = {
  name: 'schedules-may-reach-their-targets',
  what: 'The role of a schedule trusts EventBridge Scheduler, and may call its target and its dead-letter queue.',
  why: 'Scheduler accepts a role that may not call the target. Every run fails, and no log says so.',
  source: [
    'https://docs.aws.amazon.com/scheduler/latest/UserGuide/setting-up.html#setting-up-execution-role',
    'https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-templated.html',
    'https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html',
    'https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html',
  ],
  clouds: ['aws'],
  check,
  examples: [
    { bad: example(queue), good: example(worker) },
    { bad: example(worker, {}, live), good: example(anyVersion, {}, live) },
    { bad: example(worker, { AssumeRolePolicyDocument: lambdaTrust }), good: example(worker) },
    { bad: example(worker, {}, { DeadLetterConfig: { Arn: queue } }), good: example(worker) },
    { bad: toQueue('sqs:ReceiveMessage'), good: toQueue('sqs:SendMessage') },
    { bad: universal('sqs:purgeQueue', 'sqs:SendMessage'), good: universal('sqs:purgeQueue', 'sqs:PurgeQueue') },
    { bad: universal('lambda:invoke', 'lambda:Invoke'), good: universal('lambda:invoke', 'lambda:InvokeFunction') },
    { bad: universal('eventbridge:putEvents', 'sqs:*'), good: universal('eventbridge:putEvents', 'events:PutEvents') },
    { bad: universal('sqs:getQueueUrl', 'sqs:*'), good: universal('sqs:sendMessage', 'sqs:*') },
  ],
};
