import { expect, test } from 'vitest';
import { readTerraformStack } from '../../../scripts/rules/read-terraform-stack.ts';
import type { JsonObject } from '../../../stacks/model/json.ts';
import { findStatements } from '../../../stacks/rules/aws/policies.ts';
import { checkTemplate } from '../../../stacks/rules/rule.ts';
import { rules } from '../../../stacks/rules/rules.ts';
import { ref } from '../../../stacks/rules/template/ref.ts';

const toPolicy = (Action: string, Resource: string): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource }] });
const narrow = toPolicy('sqs:SendMessage', 'arn:aws:sqs:eu-central-1:123456789012:orders');
const wide = toPolicy('sqs:SendMessage', '*');
const trust =
  '{"Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"lambda.amazonaws.com"}}]}';

const read = (policies: JsonObject) =>
  readTerraformStack({
    resource: { aws_iam_role: { shop: { name: 'shop', assume_role_policy: trust } }, aws_iam_role_policy: policies },
  });

test.each(['id', 'name'])('a role has the statements of all policies that name it by its %s', (attribute) => {
  const role = ref(`aws_iam_role.shop.${attribute}`);
  const template = read({ first: { role, policy: narrow }, last: { role, policy: wide } });
  const [translated] = template.ofType('AWS::IAM::Role');
  const statements = translated && findStatements(template, translated);
  expect(statements?.map(({ Resource }) => Resource)).toEqual([expect.stringMatching(/orders$/), '*']);
});

test.each(['first', 'last'])('a wildcard is found once when the %s of two policies has it', (at) => {
  const role = ref('aws_iam_role.shop.name');
  const template = read({
    first: { role, policy: narrow },
    last: { role, policy: narrow },
    [at]: { role, policy: wide },
  });
  expect(checkTemplate(template, rules)).toEqual([
    expect.objectContaining({ rule: 'roles-name-their-resources', resource: `aws_iam_role_policy.${at}` }),
  ]);
});

test('a policy that an expression makes is read as it is written', () => {
  const policy = ref('jsonencode({ "Statement" = [{ Effect = "Allow", Action = "sqs:*", Resource = ["*",], }] })');
  const found = checkTemplate(read({ only: { role: ref('aws_iam_role.shop.name'), policy } }), rules);
  expect(found.map(({ resource }) => resource)).toEqual(['aws_iam_role_policy.only', 'aws_iam_role_policy.only']);
});
