import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type Cloud, clouds } from '../../stacks/model/clouds/clouds.ts';
import type { JsonObject } from '../../stacks/model/json.ts';
import { physicalName } from '../../stacks/model/names.ts';
import type { Stage } from '../../stacks/model/stages/stage-settings.ts';
import { stages } from '../../stacks/model/stages/stages.ts';
import { findReplacements } from '../../stacks/rules/replacement/find-replacements.ts';
import { schemaSources, terraformTypes } from '../../stacks/rules/replacement/stateful-types.ts';
import { readTerraform } from '../../stacks/rules/template/read-terraform.ts';
import { ref } from '../../stacks/rules/template/ref.ts';
import { synthesizeTerraform } from '../../stacks/terraform/synthesize.ts';
import { allHarmless } from '../support/stage-changes.ts';

const folder = mkdtempSync(join(tmpdir(), 'replacement-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function render(name: string, chosen: readonly Stage[]): Promise<(stage: string, cloud: Cloud) => JsonObject> {
  const outdir = join(folder, name);
  mkdirSync(outdir);
  await synthesizeTerraform({ clouds, stages: chosen, outdir, code: false });
  return (stage, cloud) =>
    JSON.parse(readFileSync(join(outdir, 'stacks', physicalName(stage, cloud), 'cdk.tf.json'), 'utf8')) as JsonObject;
}

const own = [stages.prod, stages.dev];
const before = await render('before', own);
const after = await render('after', own.map(allHarmless));
const read = readTerraform;

test.each(own.flatMap(({ name }) => clouds.map((cloud) => [name, cloud] as const)))(
  'changed numbers of %s on %s replace nothing that holds data',
  (stage, cloud) => {
    expect(after(stage, cloud)).not.toEqual(before(stage, cloud));
    expect(findReplacements(read(before(stage, cloud)), read(after(stage, cloud)))).toEqual([]);
  },
);

test.each<[Cloud, string, string, string, RegExp]>([
  ['aws', 'a renamed table', `"name":"${physicalName('prod', 'orders')}"`, '"name":"orders"', /name changes.*the rows/],
  ['aws', 'another key', '"hash_key":"pk"', '"hash_key":"id"', /hash_key changes.*the rows/],
  ['aws', 'another sort key', '"range_key":"sk"', '"range_key":"at"', /range_key changes.*the rows/],
  ['aws', 'another kind of queue', '"message_retention', '"fifo_queue":true,"message_retention', /fifo_queue changes/],
  ['aws', 'users by name', '"username_attributes":["email"]', '"username_attributes":["phone"]', /accounts of all/],
  ['aws', 'a type that is gone', '"aws_dynamodb_table":', '"aws_dynamodb_other":', /removed.*the rows/],
  ['azure', 'a renamed account', ref('var.suffix'), `x${ref('var.suffix')}`, /name changes.*all that is stored/],
  [
    'azure',
    'one zone instead of three',
    '"account_replication_type":"GZRS"',
    '"account_replication_type":"GRS"',
    /all that is stored/,
  ],
  ['azure', 'the other tier of Front Door', 'Premium_AzureFrontDoor', 'Standard_AzureFrontDoor', /sku_name.*address/],
  [
    'azure',
    'another region',
    `"location":"${ref('var.location')}"`,
    '"location":"eastus"',
    /location.*everything in it/,
  ],
  ['azure', 'queues that are gone', '"azurerm_storage_queue":', '"azurerm_other":', /removed.*messages/],
  [
    'google',
    'another place of the data',
    '"location_id":',
    '"location_id":"nam5","was":',
    /location_id.*all documents/,
  ],
  ['google', 'another filter', '"filter":"', '"filter":"NOT ', /filter changes.*the messages/],
  [
    'google',
    'a renamed topic',
    `"name":"${physicalName('prod', 'order')}`,
    '"name":"order',
    /name changes.*the messages/,
  ],
])('%s: notices %s', (cloud, _, from, to, expected) => {
  const text = JSON.stringify(before('prod', cloud));
  expect(text).toContain(from);
  const found = findReplacements(read(JSON.parse(text)), read(JSON.parse(text.replaceAll(from, to))));
  expect(found.map(({ problem }) => problem).join('\n')).toMatch(expected);
});

test('knows every type that Terraform protects', () => {
  const kept = clouds.flatMap((cloud) => read(before('prod', cloud)).resources.filter((one) => one.kept));
  expect(new Set(kept.map(({ type }) => type)).size).toBeGreaterThan(4);
  const unknown = kept.filter(({ type }) => !(type in terraformTypes));
  expect([...new Set(unknown.map(({ type }) => type))]).toEqual([]);
});

/** Types without data of their own: a replacement loses nothing. */
const stateless = new RegExp(
  `^(${[
    ...['provider', 'variable', 'terraform_data', 'data\\..*'],
    ...[
      'aws_(acm|apigatewayv2_(authorizer|integration|route|stage)|appautoscaling)_?.*',
      'aws_codedeploy_.*',
      'aws_iam_.*',
      'aws_lambda_(alias|event|function|invocation|permission).*',
    ],
    ...['aws_cloudfront_(cache|function|monitoring|origin|response).*', 'aws_cloudwatch_(dashboard|event|metric).*'],
    ...['aws_cognito_user_group', 'aws_(route53_record|ssm_parameter|secretsmanager_secret_version)', 'aws_wafv2_.*'],
    ...['aws_s3_bucket_.+', 'aws_scheduler_.*', 'aws_sns_.*', 'aws_sqs_queue_.+'],
    ...['azurerm_(application_insights|management_lock|role_assignment|service_plan|user_assigned_identity)'],
    ...[
      'azurerm_cdn_frontdoor_(firewall|origin|route|rule|security).*',
      'azurerm_function_app_.*',
      'azurerm_monitor_.*',
    ],
    // The code of an app, which npm run publish uploads again.
    ...['azurerm_storage_container'],
    ...[
      'google_(cloud_run|cloud_scheduler|cloudfunctions2|monitoring|project|service_account).*',
      'google_.*_iam_member',
    ],
    ...['google_compute_(backend|global_forwarding|managed|region|security|ssl|target|url).*'],
    ...['google_firestore_(field|index)', 'google_secret_manager_secret_version', 'google_storage_bucket_object'],
  ].join('|')})$`,
);

test.each(own.flatMap(({ name }) => clouds.map((cloud) => [name, cloud] as const)))(
  'every type of %s on %s has a row, or is known to hold no data',
  (stage, cloud) => {
    const types = new Set(readTerraform(before(stage, cloud)).resources.map(({ type }) => type));
    expect(types.size).toBeGreaterThan(10);
    expect([...types].filter((type) => !(type in terraformTypes) && !stateless.test(type))).toEqual([]);
    // A row wins over the list.
    const both = [...types].filter((type) => type in terraformTypes && stateless.test(type));
    expect(both.filter((type) => type !== 'aws_lambda_function_url')).toEqual([]);
  },
);

test('each row of Azure and Google says where its schema was read', () => {
  const rows = Object.keys(terraformTypes).filter((type) => !type.startsWith('aws_'));
  expect(Object.keys(schemaSources).sort()).toEqual(rows.sort());
});
