import { describe, expect, test } from 'vitest';
import { compareModels, type Difference } from '../../scripts/parity/compare.ts';
import { explained } from '../../scripts/parity/explained.ts';
import { modelsOf, type Synths, synthesizeBoth } from '../../scripts/parity/stage-models.ts';
import type { Stage } from '../../stacks/model/stages/stage-settings.ts';
import { stages } from '../../stacks/model/stages/stages.ts';

const all = await synthesizeBoth(Object.values<Stage>(stages));

function synthsOf(stage: string): Synths {
  const synths = all.get(stage);
  if (!synths) throw new Error(`no synths of ${stage}: ${[...all.keys()]}`);
  return synths;
}

function differences(synths: Synths): readonly Difference[] {
  const { cdk, terraform } = modelsOf(synths);
  return compareModels(cdk, terraform).differences;
}

const unexplained = (synths: Synths) => differences(synths).filter(({ reason }) => reason === undefined);

test.each(Object.keys(stages))('both stacks of %s are one system', (stage) => {
  const { cdk, terraform } = modelsOf(synthsOf(stage));
  expect(cdk.size).toBeGreaterThan(100);
  expect(compareModels(cdk, terraform).differences.filter(({ reason }) => reason === undefined)).toEqual([]);
});

test('every line of the list explains something, and says why', () => {
  const reasons = new Set(
    Object.keys(stages).flatMap((stage) => differences(synthsOf(stage)).map((one) => one.reason)),
  );
  for (const { reason } of explained) {
    expect(reason.length).toBeGreaterThan(20);
    expect(reasons).toContain(reason);
  }
});

type Body = Record<string, unknown>;
type Change = readonly [name: string, type: string, of: RegExp, change: (body: Body) => void];

const set =
  (path: string, value: unknown) =>
  (body: Body): void => {
    const keys = path.split('.');
    const last = keys.pop() ?? '';
    const place = keys.reduce<Body>((inner, key) => inner[key] as Body, body);
    expect(place[last], path).not.toEqual(value);
    place[last] = value;
  };

const swap = (key: string, from: string, to: string) => (body: Body) => {
  const text = JSON.stringify(body[key]);
  expect(text).toContain(from);
  body[key] = JSON.parse(text.replaceAll(from, to));
};

const without = (key: string) => (body: Body) => {
  expect(body).toHaveProperty(key);
  delete body[key];
};

const inTerraform: readonly Change[] = [
  ['the key of a table', 'aws_dynamodb_table', /-orders"/, set('range_key', 'other')],
  ['the stream', 'aws_dynamodb_table', /-catalog"/, set('stream_view_type', 'KEYS_ONLY')],
  ['TTL', 'aws_dynamodb_table', /-views"/, without('ttl')],
  ['what a table may take', 'aws_dynamodb_table', /-stock"/, set('on_demand_throughput.max_write_request_units', 1)],
  ['protection from deletion', 'aws_dynamodb_table', /-orders"/, set('deletion_protection_enabled', false)],
  ['what outlives the stack', 'aws_dynamodb_table', /-orders"/, set('lifecycle.prevent_destroy', false)],
  ['the timeout of a function', 'aws_lambda_function', /"flash-sale-prod-settlement"/, set('timeout', 31)],
  [
    'a variable of a function',
    'aws_lambda_function',
    /-catalog"/,
    set('environment.variables.CACHE_EDGE_SECONDS', '9'),
  ],
  ['the visibility of a message', 'aws_sqs_queue', /-order-requests"/, set('visibility_timeout_seconds', 30)],
  ['the retention of dead letters', 'aws_sqs_queue', /-order-requests-dlq"/, set('message_retention_seconds', 60)],
  ['how often a message comes again', 'aws_sqs_queue_redrive_policy', /./, swap('redrive_policy', ':5}', ':3}')],
  ['the batch of the worker', 'aws_lambda_event_source_mapping', /scaling_config/, set('batch_size', 1)],
  [
    'its concurrency',
    'aws_lambda_event_source_mapping',
    /scaling_config/,
    set('scaling_config.maximum_concurrency', 2),
  ],
  ['the filter of a stream', 'aws_lambda_event_source_mapping', /EVENT#/, swap('filter_criteria', 'EVENT#', 'ORDER#')],
  ['the retention of logs', 'aws_cloudwatch_log_group', /lambda\/flash-sale-prod-intake/, set('retention_in_days', 1)],
  ['a route', 'aws_apigatewayv2_route', /POST \/orders"/, set('route_key', 'PUT /orders')],
  ['who may call a route', 'aws_apigatewayv2_route', /POST \/orders"/, set('authorization_type', 'NONE')],
  [
    'a throttle',
    'aws_apigatewayv2_stage',
    /./,
    swap('route_settings', '"throttling_rate_limit":10}', '"throttling_rate_limit":11}'),
  ],
  ['a cache policy', 'aws_cloudfront_cache_policy', /-products"/, set('max_ttl', 311)],
  [
    'what is part of a key',
    'aws_cloudfront_cache_policy',
    /-products"/,
    swap('parameters_in_cache_key_and_forwarded_to_origin', '"limit"', '"page"'),
  ],
  [
    'which path is cached how',
    'aws_cloudfront_distribution',
    /./,
    swap('ordered_cache_behavior', '/orders*', '/order*'),
  ],
  ['the threshold of an alarm', 'aws_cloudwatch_metric_alarm', /-order-requests-age"/, set('threshold', 61)],
  [
    'an action of a function',
    'aws_iam_role_policy',
    /dynamodb:Scan/,
    swap('policy', 'dynamodb:Scan', 'dynamodb:Query'),
  ],
  ['the resource of an action', 'aws_iam_role_policy', /dynamodb:Scan/, swap('policy', '-prod-views', '-prod-stock')],
  [
    'a floor before the sale',
    'aws_appautoscaling_scheduled_action',
    /before-the-sale/,
    set('scalable_target_action.min_capacity', '49'),
  ],
  ['the web ACL', 'aws_wafv2_web_acl', /./, swap('rule', '"limit":3000', '"limit":3001')],
  ['how long a secret is', 'aws_secretsmanager_secret', /./, set('name', 'flash-sale-prod-origin-secret-2')],
];

const inCdk: readonly Change[] = [
  [
    'a key that nobody translates',
    'AWS::SQS::Queue',
    /-order-requests"/,
    (body) => {
      body.DelaySeconds = 1;
    },
  ],
  [
    'the index of a table',
    'AWS::DynamoDB::GlobalTable',
    /-orders"/,
    swap('GlobalSecondaryIndexes', 'acceptedAt', 'sku'),
  ],
  [
    'recovery',
    'AWS::DynamoDB::GlobalTable',
    /-orders"/,
    swap('Replicas', '"RecoveryPeriodInDays":35', '"RecoveryPeriodInDays":7'),
  ],
  ['memory', 'AWS::Lambda::Function', /-prod-intake"/, set('MemorySize', 512)],
  [
    'records of a stream that are tried again',
    'AWS::Lambda::EventSourceMapping',
    /EVENT#/,
    set('MaximumRetryAttempts', 1),
  ],
  ['a page’s origins', 'AWS::ApiGatewayV2::Api', /./, set('CorsConfiguration.AllowOrigins', ['*'])],
  [
    'an action',
    'AWS::IAM::Policy',
    /order-requests-dlq|Queuesorderrequestsdlq/,
    swap('PolicyDocument', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'),
  ],
  [
    'headers of answers',
    'AWS::CloudFront::ResponseHeadersPolicy',
    /-api-headers/,
    swap('ResponseHeadersPolicyConfig', 'DENY', 'SAMEORIGIN'),
  ],
  ['an alarm', 'AWS::CloudWatch::Alarm', /-stock-errors"/, set('EvaluationPeriods', 3)],
  [
    'a policy that takes more than TLS',
    'AWS::SQS::QueuePolicy',
    /requestsdlq/,
    swap('PolicyDocument', '"false"', '"true"'),
  ],
];

const clone = <T>(value: T): T => structuredClone(value);

function changed(kind: 'cdk' | 'terraform', [, type, of, change]: Change): Synths {
  const synths = clone(synthsOf('prod'));
  const bodies =
    kind === 'terraform'
      ? Object.values(synths.terraform.resource[type] ?? {})
      : Object.values(synths.cdk).flatMap(({ Resources }) =>
          Object.values(Resources).flatMap((one) => (one.Type === type ? [one.Properties ?? {}] : [])),
        );
  const body = bodies.find((one) => of.test(JSON.stringify(one)));
  if (!body) throw new Error(`no ${type} ${of} among ${bodies.length}`);
  change(body as Body);
  return synths;
}

describe('a change of one stack alone is found:', () => {
  test.each(inTerraform)('%s, in Terraform', (...change) => {
    expect(unexplained(changed('terraform', change))).not.toEqual([]);
  });

  test.each(inCdk)('%s, in CDK', (...change) => {
    expect(unexplained(changed('cdk', change))).not.toEqual([]);
  });

  test('a resource more, in either', () => {
    const terraform = clone(synthsOf('prod'));
    Object.assign(terraform.terraform.resource.aws_sqs_queue ?? {}, { More: { name: 'more' } });
    expect(unexplained(terraform)).toMatchObject([{ resource: 'AWS::SQS::Queue more' }]);
    const cdk = clone(synthsOf('prod'));
    const [template] = Object.values(cdk.cdk);
    Object.assign(template?.Resources ?? {}, { More: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'more' } } });
    expect(unexplained(cdk)).toMatchObject([{ resource: 'AWS::SQS::Queue more' }]);
  });
});
