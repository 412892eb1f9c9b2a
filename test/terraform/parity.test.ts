import { describe, expect, test } from 'vitest';
import { compareModels, type Difference } from '../../scripts/parity/compare.ts';
import { explained } from '../../scripts/parity/explained-differences.ts';
import { buildModels, type Synths, synthesizeBoth } from '../../scripts/parity/stage-models.ts';
import { physicalName } from '../../stacks/model/names.ts';
import type { Stage } from '../../stacks/model/stages/stage-settings.ts';
import { stages } from '../../stacks/model/stages/stages.ts';

const all = await synthesizeBoth(Object.values<Stage>(stages));

function getSynths(stage: string): Synths {
  const synths = all.get(stage);
  if (!synths) throw new Error(`stage: must be one of ${[...all.keys()].join(', ')}, got '${stage}'`);
  return synths;
}

function differences(synths: Synths): readonly Difference[] {
  const { cdk, terraform } = buildModels(synths);
  return compareModels(cdk, terraform).differences;
}

const unexplained = (synths: Synths) => differences(synths).filter(({ reason }) => reason === undefined);

test.each([...all.keys()])('CDK and Terraform build the same system for %s', (stage) => {
  const { cdk, terraform } = buildModels(getSynths(stage));
  expect(cdk.size).toBeGreaterThan(100);
  expect(compareModels(cdk, terraform).differences.filter(({ reason }) => reason === undefined)).toEqual([]);
});

test('every explained difference occurs and has a reason', () => {
  const reasons = new Set([...all.keys()].flatMap((cell) => differences(getSynths(cell)).map((one) => one.reason)));
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
  [
    'the throughput of a table',
    'aws_dynamodb_table',
    /-stock"/,
    set('on_demand_throughput.max_write_request_units', 1),
  ],
  ['protection from deletion', 'aws_dynamodb_table', /-orders"/, set('deletion_protection_enabled', false)],
  ['the protection of a table from destroy', 'aws_dynamodb_table', /-orders"/, set('lifecycle.prevent_destroy', false)],
  [
    'the timeout of a function',
    'aws_lambda_function',
    new RegExp(`"${physicalName('prod', 'settlement')}"`),
    set('timeout', 31),
  ],
  [
    'a variable of a function',
    'aws_lambda_function',
    /-catalog"/,
    set('environment.variables.CACHE_EDGE_SECONDS', '9'),
  ],
  ['the visibility of a message', 'aws_sqs_queue', /-order-requests"/, set('visibility_timeout_seconds', 30)],
  ['the retention of dead letters', 'aws_sqs_queue', /-order-requests-dlq"/, set('message_retention_seconds', 60)],
  ['how often a message is redelivered', 'aws_sqs_queue_redrive_policy', /./, swap('redrive_policy', ':5}', ':3}')],
  ['the batch of the worker', 'aws_lambda_event_source_mapping', /scaling_config/, set('batch_size', 1)],
  [
    'its concurrency',
    'aws_lambda_event_source_mapping',
    /scaling_config/,
    set('scaling_config.maximum_concurrency', 2),
  ],
  ['the filter of a stream', 'aws_lambda_event_source_mapping', /EVENT#/, swap('filter_criteria', 'EVENT#', 'ORDER#')],
  [
    'the retention of logs',
    'aws_cloudwatch_log_group',
    new RegExp(`lambda/${physicalName('prod', 'intake')}`),
    set('retention_in_days', 1),
  ],
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
    'the cache key',
    'aws_cloudfront_cache_policy',
    /-products"/,
    swap('parameters_in_cache_key_and_forwarded_to_origin', '"limit"', '"page"'),
  ],
  [
    'the path of a cache behaviour',
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
  ['the name of a secret', 'aws_secretsmanager_secret', /./, set('name', physicalName('prod', 'origin-secret-2'))],
];

const inCdk: readonly Change[] = [
  [
    'a property without a translation',
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
  ['the retries of a stream', 'AWS::Lambda::EventSourceMapping', /EVENT#/, set('MaximumRetryAttempts', 1)],
  ['the CORS origins', 'AWS::ApiGatewayV2::Api', /./, set('CorsConfiguration.AllowOrigins', ['*'])],
  [
    'an action',
    'AWS::IAM::Policy',
    /order-requests-dlq|Queuesorderrequestsdlq/,
    swap('PolicyDocument', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'),
  ],
  [
    'response headers',
    'AWS::CloudFront::ResponseHeadersPolicy',
    /-api-headers/,
    swap('ResponseHeadersPolicyConfig', 'DENY', 'SAMEORIGIN'),
  ],
  ['an alarm', 'AWS::CloudWatch::Alarm', /-stock-errors"/, set('EvaluationPeriods', 3)],
  [
    'a policy that allows access without TLS',
    'AWS::SQS::QueuePolicy',
    /requestsdlq/,
    swap('PolicyDocument', '"false"', '"true"'),
  ],
];

const clone = <T>(value: T): T => structuredClone(value);

function changed(kind: 'cdk' | 'terraform', [, type, of, change]: Change): Synths {
  const synths = clone(getSynths('prod'));
  const bodies =
    kind === 'terraform'
      ? Object.values(synths.terraform.resource[type] ?? {})
      : Object.values(synths.cdk).flatMap(({ Resources }) =>
          Object.values(Resources).flatMap((one) => (one.Type === type ? [one.Properties ?? {}] : [])),
        );
  const body = bodies.find((one) => of.test(JSON.stringify(one)));
  if (!body) throw new Error(`${type} ${of}: must match one of ${bodies.length}, got none`);
  change(body as Body);
  return synths;
}

describe('finds a change in only one stack:', () => {
  test.each(inTerraform)('%s, in Terraform', (...change) => {
    expect(unexplained(changed('terraform', change))).not.toEqual([]);
  });

  test.each(inCdk)('%s, in CDK', (...change) => {
    expect(unexplained(changed('cdk', change))).not.toEqual([]);
  });

  test('an extra resource, in either', () => {
    const terraform = clone(getSynths('prod'));
    Object.assign(terraform.terraform.resource.aws_sqs_queue ?? {}, { More: { name: 'more' } });
    expect(unexplained(terraform)).toMatchObject([{ resource: 'AWS::SQS::Queue more' }]);
    const cdk = clone(getSynths('prod'));
    const [template] = Object.values(cdk.cdk);
    Object.assign(template?.Resources ?? {}, { More: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'more' } } });
    expect(unexplained(cdk)).toMatchObject([{ resource: 'AWS::SQS::Queue more' }]);
  });
});
