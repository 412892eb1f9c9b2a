import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runStacks } from '../../scripts/platform/terraform/apply.ts';
import { readFiles } from '../../scripts/rules/read-files.ts';
import { readTerraformStack } from '../../scripts/rules/read-terraform-stack.ts';
import { physicalName } from '../../stacks/model/names.ts';
import { checkTemplate } from '../../stacks/rules/rule.ts';
import { rules } from '../../stacks/rules/rules.ts';

async function synthesized() {
  const folder = mkdtempSync(join(tmpdir(), 'rules-'));
  try {
    await runStacks(['--stage', 'all', '--cloud', 'all', '--no-code', '--out', folder]);
    const stacks = join(folder, 'stacks');
    const staging = readFileSync(join(stacks, physicalName('staging', 'aws'), 'cdk.tf.json'), 'utf8');
    return { all: readFiles(readdirSync(stacks).map((name) => join(stacks, name, 'cdk.tf.json'))), staging };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const { all, staging } = await synthesized();

// Most rules read CloudFormation's terms: these changes go through the translation.
test.each([
  ['api-may-invoke-its-functions', '/*/$default', '/*/$other'],
  ['alarm-actions-are-delivered', 'cloudwatch.amazonaws.com', 'budgets.amazonaws.com'],
  ['apis-have-alarms', '"OriginLatency"', '"CacheHitRate"'],
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
