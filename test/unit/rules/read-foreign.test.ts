import { describe, expect, test } from 'vitest';
import { readTerraformStack } from '../../../scripts/rules/read-terraform-stack.ts';
import type { JsonObject } from '../../../stacks/model/json.ts';
import { readTemplate } from '../../../stacks/rules/read-file.ts';
import { checkTemplate, listUnknownTypes } from '../../../stacks/rules/rule.ts';
import { rules } from '../../../stacks/rules/rules.ts';
import { ref } from '../../../stacks/rules/template/ref.ts';
import { type Template, toText } from '../../../stacks/rules/template/template.ts';

const brokenBy = (template: Template) => checkTemplate(template, rules).map(({ rule, resource }) => [rule, resource]);
const wide = { Effect: 'Allow', Action: 'dynamodb:*', Resource: '*' };

describe('Terraform', () => {
  const queues = { aws_sqs_queue: { orders: { name: 'orders' } } };

  test.each<[string, JsonObject]>([
    ['a list of resources', { resource: [queues, { aws_sns_topic: { news: { name: 'news' } } }] }],
    ['a list in a type', { resource: { aws_sqs_queue: [queues.aws_sqs_queue], aws_sns_topic: [{ news: {} }] } }],
    [
      'a list as a body',
      { resource: { aws_sqs_queue: { orders: [{ name: 'orders' }] }, aws_sns_topic: { news: [{}] } } },
    ],
  ])('reads %s as it reads objects', (_, file) => {
    const read = readTerraformStack(file);
    const ids = [...new Set(read.resources.map(({ id }) => id))];
    expect(ids).toEqual(['aws_sqs_queue.orders', 'aws_sns_topic.news']);
    expect(read.ofType('AWS::SQS::Queue')[0]?.properties).toEqual({ QueueName: 'orders' });
    expect(read.unread).toEqual([]);
  });

  const rolePolicy = (body: JsonObject, more: JsonObject = {}): JsonObject => ({
    resource: {
      aws_iam_role: {
        worker: { name: 'worker', assume_role_policy: JSON.stringify({ Version: '2012-10-17', Statement: [] }) },
      },
      aws_iam_role_policy: { wide: { role: ref('aws_iam_role.worker.name'), ...body } },
    },
    ...more,
  });
  const document = { statement: [{ actions: ['dynamodb:*'], resources: ['*'] }] };

  test.each<[string, JsonObject]>([
    ['JSON', rolePolicy({ policy: JSON.stringify({ Statement: [wide] }) })],
    [
      'jsonencode',
      rolePolicy({
        policy: ref(
          'jsonencode({Version="2012-10-17", Statement=[{Effect="Allow", "Action" = ["dynamodb:*"], Resource: "*"}]})',
        ),
      }),
    ],
    [
      'a document',
      rolePolicy(
        { policy: ref('data.aws_iam_policy_document.wide.json') },
        { data: { aws_iam_policy_document: { wide: document } } },
      ),
    ],
  ])('reads a policy as %s', (_, file) => {
    expect(brokenBy(readTerraformStack(file))).toContainEqual([
      'roles-name-their-resources',
      'aws_iam_role_policy.wide',
    ]);
  });

  const toAlarm = (metric_query: JsonObject): JsonObject => ({
    resource: { aws_cloudwatch_metric_alarm: { a: { evaluation_periods: 2, dynamic: { metric_query } } } },
  });

  test('reads a dynamic block whose values the file has', () => {
    const content = { id: ref('each.key'), metric: [{ stat: ref('each.value.stat'), namespace: 'AWS/SQS' }] };
    const file = toAlarm({ for_each: { old: { stat: 'Maximum' } }, iterator: 'each', content });
    expect(readTerraformStack(file).ofType('AWS::CloudWatch::Alarm')[0]?.properties.Metrics).toEqual([
      {
        Id: 'old',
        ReturnData: false,
        MetricStat: { Metric: { Namespace: 'AWS/SQS', Dimensions: [] }, Period: null, Stat: 'Maximum' },
      },
    ]);
  });

  test('names types that no rule is about, and does not count them as findings', () => {
    const block = { for_each: ref('var.all'), content: {} };
    const foreign = { aws_eks_cluster: { shop: { dynamic: { encryption_config: block } } } };
    const template = readTerraformStack({ resource: { ...queues, ...foreign } });
    expect(brokenBy(template)).toEqual([]);
    expect(listUnknownTypes(template, rules)).toEqual(['aws_eks_cluster']);
  });

  test.each(['aws_iam_policy', 'aws_iam_user_policy_attachment'])('reads %s in the terms of Terraform', (type) => {
    const template = readTerraformStack({ resource: { ...queues, [type]: { own: { policy: '{}' } } } });
    expect([brokenBy(template), listUnknownTypes(template, rules)]).toEqual([[], []]);
  });

  test.each<[string, JsonObject, string]>([
    ['a variable', rolePolicy({ policy: ref('var.policy') }), 'aws_iam_role_policy.wide'],
    ['a call in jsonencode', rolePolicy({ policy: ref('jsonencode(merge(var.a, {}))') }), 'aws_iam_role_policy.wide'],
    ['a role of another file', rolePolicy({ policy: '{}', role: 'foreign' }), 'aws_iam_role_policy.wide'],
    ['a module', rolePolicy({ policy: '{}' }, { module: { queues: { source: './queues' } } }), 'module.queues'],
    ['two bodies of one name', { resource: { aws_sqs_queue: { a: [{}, {}] } } }, 'aws_sqs_queue.a'],
    [
      'a dynamic block of a variable',
      toAlarm({ for_each: ref('var.all'), content: {} }),
      'aws_cloudwatch_metric_alarm.a',
    ],
    [
      'a dynamic block that takes what the file lacks',
      toAlarm({ for_each: ['a'], content: { id: ref('upper(metric_query.value)') } }),
      'aws_cloudwatch_metric_alarm.a',
    ],
    [
      'a replica of a table, which has no translation',
      { resource: { aws_dynamodb_table_replica: { b: {} }, aws_sqs_queue: { a: {} } } },
      'aws_dynamodb_table_replica.b',
    ],
  ])('says that it did not read %s', (_, file, id) => {
    const found = checkTemplate(readTerraformStack(file), rules);
    expect(found).toContainEqual({ rule: 'not-read', resource: id, problem: expect.stringMatching(/^because /) });
  });
});

describe('Terraform that AWS accepts', () => {
  const worker = {
    aws_lambda_function: { worker: { function_name: 'worker', timeout: 30 } },
    aws_lambda_permission: {
      caller: {
        action: 'lambda:InvokeFunction',
        function_name: ref('aws_lambda_function.worker.function_name'),
        principal: 'apigateway.amazonaws.com',
        source_arn: `${ref('aws_apigatewayv2_api.shop.execution_arn')}/*/*`,
      },
    },
  };
  const api = (integration_uri: string): JsonObject => ({
    ...worker,
    aws_apigatewayv2_api: { shop: { name: 'shop', protocol_type: 'HTTP' } },
    aws_apigatewayv2_integration: {
      all: { api_id: ref('aws_apigatewayv2_api.shop.id'), integration_type: 'AWS_PROXY', integration_uri },
    },
    aws_apigatewayv2_route: {
      all: {
        api_id: ref('aws_apigatewayv2_api.shop.id'),
        route_key: '$default',
        target: `integrations/${ref('aws_apigatewayv2_integration.all.id')}`,
      },
    },
  });
  const { caller } = worker.aws_lambda_permission;
  const timer = {
    ...worker,
    aws_cloudwatch_event_rule: { timer: { name: 'timer', schedule_expression: 'rate(5 minutes)' } },
    aws_cloudwatch_event_target: {
      timer: { rule: ref('aws_cloudwatch_event_rule.timer.name'), arn: ref('aws_lambda_function.worker.arn') },
    },
    aws_lambda_permission: {
      caller: { ...caller, principal: 'events.amazonaws.com', source_arn: ref('aws_cloudwatch_event_rule.timer.arn') },
    },
  };
  const redrive_policy = `{"deadLetterTargetArn":"${ref('aws_sqs_queue.dead.arn')}","maxReceiveCount":5}`;
  const queue = {
    ...worker,
    aws_sqs_queue: { dead: { name: 'dead' }, orders: { name: 'orders', redrive_policy } },
    aws_lambda_event_source_mapping: {
      orders: {
        event_source_arn: ref('aws_sqs_queue.orders.arn'),
        function_name: ref('aws_lambda_function.worker.arn'),
      },
    },
  };

  test.each<[string, string, JsonObject]>([
    ['a permission without a qualifier', 'rules-may-reach-their-targets', timer],
    ['an integration by invoke_arn', 'api-may-invoke-its-functions', api(ref('aws_lambda_function.worker.invoke_arn'))],
    ['an integration by arn', 'api-may-invoke-its-functions', api(ref('aws_lambda_function.worker.arn'))],
    ['dead letters of the queue itself', 'failures-have-a-destination', queue],
  ])('has no finding for %s', (_, rule, resource) => {
    expect(brokenBy(readTerraformStack({ resource })).filter(([name]) => name === rule)).toEqual([]);
  });
});

describe('CloudFormation', () => {
  const table = (DeletionPolicy: unknown, more: JsonObject = {}) =>
    readTemplate({
      Resources: { Orders: { Type: 'AWS::DynamoDB::Table', DeletionPolicy, Properties: {} } } as JsonObject,
      ...more,
    });

  test('reads a policy of deletion that a parameter or both branches decide', () => {
    const Parameters = { Fate: { Type: 'String', Default: 'Retain' } };
    expect(table({ Ref: 'Fate' }, { Parameters }).resources[0]?.kept).toBe(true);
    expect(table({ 'Fn::If': ['Prod', 'Retain', 'RetainExceptOnCreate'] }).resources[0]?.kept).toBe(true);
  });

  test.each<[string, Template, string]>([
    ['a policy of deletion', table({ 'Fn::If': ['Prod', 'Retain', 'Delete'] }), 'template/Orders'],
    [
      'a loop',
      readTemplate({ Resources: { 'Fn::ForEach::Queues': ['X', ['a'], {}], A: { Type: 'AWS::SQS::Queue' } } }),
      'template/Fn::ForEach::Queues',
    ],
    [
      'an include',
      readTemplate({ Resources: { 'Fn::Transform': { Name: 'AWS::Include' }, A: { Type: 'AWS::SQS::Queue' } } }),
      'template/Fn::Transform',
    ],
  ])('says that it did not read %s', (_, template, id) => {
    expect(brokenBy(template)).toContainEqual(['not-read', id]);
  });

  test('reads a list that is joined only when it is deployed', () => {
    expect(toText({ 'Fn::Join': ['/', { Ref: 'List' }] })).toBe('<List>.join(/)');
  });
});

test.each<[JsonObject]>([[{ Resources: {} }], [{ resource: {} }], [{ resource: [] }]])('refuses %j', (file) => {
  expect(() => readTemplate(file)).toThrow('no resource');
});
