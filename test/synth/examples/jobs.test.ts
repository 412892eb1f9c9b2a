import { App, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { beforeAll, expect, test } from 'vitest';
import { routes } from '../../../examples/jobs/functions/contracts.ts';
import { JobsStack } from '../../../examples/jobs/stack/jobs-stack.ts';
import { checkTemplate } from '../../../stacks/rules/rule.ts';
import { rules } from '../../../stacks/rules/rules.ts';
import { readCloudFormation } from '../../../stacks/rules/template/read-cloudformation.ts';

let stack: Stack;
let template: Template;

beforeAll(() => {
  stack = new JobsStack(new App(), 'jobs', {
    ...{ issuer: 'https://issuer.example', audience: 'jobs' },
    codeOf: () => Code.fromAsset(import.meta.dirname),
  });
  template = Template.fromStack(stack);
});

function actionsOf(name: string): string[] {
  const policies = Object.entries(template.findResources('AWS::IAM::Policy'));
  const own = policies.filter(([id]) => id.startsWith(name));
  return own
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement as { Action: string | string[] }[])
    .flatMap(({ Action }) => Action)
    .sort();
}

test('each function may do what it does, and no more', () => {
  const logs = ['logs:CreateLogStream', 'logs:PutLogEvents'];
  expect(actionsOf('api')).toEqual(['dynamodb:GetItem', 'dynamodb:PutItem', ...logs, 'sqs:SendMessage']);
  expect(actionsOf('worker')).toEqual([
    ...['dynamodb:GetItem', 'dynamodb:UpdateItem', ...logs],
    ...['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage', 'sqs:SendMessage'],
  ]);
});

test('each route demands a token', () => {
  const found = Object.values(template.findResources('AWS::ApiGatewayV2::Route'));
  expect(found.map(({ Properties }) => Properties.RouteKey).sort()).toEqual(
    routes.map(({ method, path }) => `${method} ${path}`).sort(),
  );
  expect(found.every(({ Properties }) => Properties.AuthorizationType === 'JWT')).toBe(true);
});

test('breaks no rule of deployability', () => {
  const file = readCloudFormation({ jobs: template.toJSON() as never });
  expect(checkTemplate(file, rules)).toEqual([]);
});
