import { describe, expect, test } from 'vitest';
import { readTerraformStack } from '../../../scripts/rules/read-terraform-stack.ts';
import type { JsonObject } from '../../../stacks/model/json.ts';
import { readTemplate } from '../../../stacks/rules/read-file.ts';
import { checkTemplate } from '../../../stacks/rules/rule.ts';
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
    expect(brokenBy(readTerraformStack(file))).toContainEqual(['roles-name-their-resources', 'aws_iam_role.worker']);
  });

  test.each<[string, JsonObject, string]>([
    ['a variable', rolePolicy({ policy: ref('var.policy') }), 'aws_iam_role_policy.wide'],
    ['a call in jsonencode', rolePolicy({ policy: ref('jsonencode(merge(var.a, {}))') }), 'aws_iam_role_policy.wide'],
    ['a role of another file', rolePolicy({ policy: '{}', role: 'foreign' }), 'aws_iam_role_policy.wide'],
    ['a module', rolePolicy({ policy: '{}' }, { module: { queues: { source: './queues' } } }), 'module.queues'],
    ['two bodies of one name', { resource: { aws_sqs_queue: { a: [{}, {}] } } }, 'aws_sqs_queue.a'],
  ])('says that it did not read %s', (_, file, id) => {
    const found = checkTemplate(readTerraformStack(file), rules);
    expect(found).toContainEqual({ rule: 'not-read', resource: id, problem: expect.stringMatching(/^because /) });
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
