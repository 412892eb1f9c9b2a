import { expect, test } from 'vitest';
import { readFiles } from '../../scripts/rules/read-files.ts';
import { readTerraformStack } from '../../scripts/rules/read-terraform-stack.ts';
import { physicalName } from '../../stacks/model/names.ts';
import { checkTemplate } from '../../stacks/rules/rule.ts';
import { rules } from '../../stacks/rules/rules.ts';
import { readStack, stackFile, stackNames } from './synthesized.ts';

const all = readFiles(stackNames().map(stackFile));
const staging = readStack(physicalName('staging', 'aws'));

// Most rules read CloudFormation's terms: these changes go through the translation.
test.each([
  ['api-may-invoke-its-functions', '/*/$default', '/*/$other'],
  ['alarm-actions-are-delivered', 'cloudwatch.amazonaws.com', 'budgets.amazonaws.com'],
  ['alarms-notify-somebody', '"alarm_actions":', '"ok_actions":'],
  ['alarms-notify-somebody', '"evaluation_periods":2,', '"evaluation_periods":2,"actions_enabled":false,'],
  ['edge-alarms-name-their-region', '"Region":"Global"', '"Region":""'],
  ['apis-have-alarms', '"OriginLatency"', '"Requests"'],
  [
    'edge-metrics-are-turned-on',
    '"realtime_metrics_subscription_status":"Enabled"',
    '"realtime_metrics_subscription_status":"Disabled"',
  ],
  ['origins-know-their-cdn', '"name":"x-origin-secret","value":', '"name":"x-origin-secret","value":"another","was":'],
  ['timers-have-a-dead-mans-switch', '"treat_missing_data":"breaching"', '"treat_missing_data":"missing"'],
  ['messages-stay-hidden-while-worked-on', '"visibility_timeout_seconds":180', '"visibility_timeout_seconds":60'],
  ['batches-fail-in-part', '"ReportBatchItemFailures"', ''],
  ['queue-workers-are-capped', '"maximum_concurrency":20', '"maximum_concurrency":1'],
  ['roles-name-their-resources', 'dynamodb:GetItem', 'dynamodb:*'],
  ['rules-may-reach-their-targets', 'sqs:SendMessage', 'sqs:ReceiveMessage'],
  ['rate-rules-spare-shared-addresses', '"limit":100000', '"limit":3000'],
  ['sign-up-mails-arrive', '"DEVELOPER"', '"COGNITO_DEFAULT"'],
  ['secrets-can-be-created-again', '"recovery_window_in_days":0', '"description":""'],
  ['new-indexes-are-seen', '"ignore_changes":["read_capacity"', '"ignore_changes":["global_secondary_index"'],
  ['schedules-are-spelled-right', '"rate(5 minutes)"', '"rate(1 minutes)"'],
  ['big-batches-have-a-window', '"maximum_batching_window_in_seconds":1', '"maximum_batching_window_in_seconds":0'],
  ['environment-variables-fit', '"PARTNER_SECRET":', '"AWS_REGION":'],
  ['alarms-look-back-far-enough', '"evaluation_periods":2', '"evaluation_periods":2000'],
  ['kept-tables-can-be-recovered', '"deletion_protection_enabled":true', '"deletion_protection_enabled":false'],
])('%s reads Terraform', (rule, from, to) => {
  const compact = JSON.stringify(JSON.parse(staging));
  expect(compact).toContain(from);
  const found = checkTemplate(readTerraformStack(JSON.parse(compact.replaceAll(from, to))), rules);
  expect(new Set(found.map((finding) => finding.rule))).toEqual(new Set([rule]));
});

test.each(all)('$name breaks no rule of deployability', ({ template }) => {
  expect(template.resources.length).toBeGreaterThan(50);
  expect(checkTemplate(template, rules)).toEqual([]);
});
