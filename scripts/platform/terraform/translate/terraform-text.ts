import { compact, isObject, type Json, type JsonObject, toObject } from '../../../../stacks/model/json.ts';
import { readJsonText } from './json-text.ts';

/** A stack's file in Terraform's JSON syntax. */
export interface TerraformFile {
  readonly resource: Readonly<Record<string, Readonly<Record<string, JsonObject>>>>;
  readonly data?: Readonly<Record<string, Readonly<Record<string, JsonObject>>>>;
  readonly output: Readonly<Record<string, { readonly value: Json }>>;
  readonly provider?: { readonly aws?: readonly JsonObject[] };
  readonly variable: Readonly<Record<string, { readonly default: Json }>>;
}

/** Stands for a log group's ARN without its streams. */
export const bareArn = 'ArnWithoutStreams';

const pseudo: Readonly<Record<string, string>> = {
  'aws_region.id': 'AWS::Region',
  'aws_partition.partition': 'AWS::Partition',
  'aws_partition.dns_suffix': 'AWS::URLSuffix',
  'aws_caller_identity.account_id': 'AWS::AccountId',
};

/** CloudFormation's name for `Fn::GetAtt`, or '' for `Ref`. Other attributes repeat the resource's settings. */
const attributes: Readonly<Record<string, string>> = {
  'aws_acm_certificate.arn': '',
  'aws_apigatewayv2_api.id': '',
  'aws_apigatewayv2_api.api_endpoint': 'ApiEndpoint',
  'aws_apigatewayv2_authorizer.id': '',
  'aws_apigatewayv2_domain_name.id': '',
  'aws_apigatewayv2_domain_name.hosted_zone_id': 'RegionalHostedZoneId',
  'aws_apigatewayv2_domain_name.target_domain_name': 'RegionalDomainName',
  'aws_apigatewayv2_integration.id': '',
  'aws_cloudfront_cache_policy.id': '',
  'aws_cloudfront_distribution.id': '',
  'aws_cloudfront_distribution.domain_name': 'DomainName',
  'aws_cloudfront_function.arn': 'FunctionARN',
  'aws_cloudfront_origin_access_control.id': '',
  'aws_cloudfront_origin_request_policy.id': '',
  'aws_cloudfront_response_headers_policy.id': '',
  'aws_cloudwatch_event_bus.arn': 'Arn',
  'aws_cloudwatch_event_rule.arn': 'Arn',
  'aws_cloudwatch_log_group.arn': bareArn,
  'aws_cognito_user_pool.id': '',
  'aws_cognito_user_pool_client.id': '',
  'aws_dynamodb_table.arn': 'Arn',
  'aws_dynamodb_table.stream_arn': 'StreamArn',
  'aws_iam_role.arn': 'Arn',
  'aws_iam_role.id': '',
  'aws_kms_key.arn': 'Arn',
  'aws_kms_key.id': '',
  'aws_kms_key.key_id': '',
  'aws_lambda_alias.arn': '',
  'aws_lambda_function.arn': 'Arn',
  'aws_lambda_alias.invoke_arn': '',
  'aws_lambda_function.invoke_arn': 'Arn',
  'aws_lambda_function.version': 'Version',
  'aws_lambda_function_url.function_url': 'FunctionUrl',
  'aws_route53_health_check.id': 'HealthCheckId',
  'aws_s3_bucket.arn': 'Arn',
  'aws_s3_bucket.bucket': '',
  'aws_s3_bucket.bucket_regional_domain_name': 'RegionalDomainName',
  'aws_s3_bucket.id': '',
  'aws_scheduler_schedule_group.arn': 'Arn',
  'aws_secretsmanager_secret.id': '',
  'aws_sns_topic.arn': '',
  'aws_sns_topic.id': '',
  'aws_sqs_queue.arn': 'Arn',
  'aws_sqs_queue.id': '',
  'aws_sqs_queue.url': '',
  'aws_wafv2_web_acl.arn': 'Arn',
};

/** Keys with JSON text as values. */
const jsonKeys = new Set([
  'policy',
  'assume_role_policy',
  'redrive_policy',
  'input',
  'dashboard_body',
  'event_pattern',
]);

/** Finds keys, at any depth, whose JSON text only an apply can evaluate. */
export function findUnreadable(file: TerraformFile, value: Json): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((one) => findUnreadable(file, one));
  return Object.entries(toObject(value)).flatMap(([key, one]) => {
    if (!jsonKeys.has(key) || typeof one !== 'string') return findUnreadable(file, one);
    return readJsonText(file, one) === undefined ? [key] : [];
  });
}

/** Converts Terraform's values to CloudFormation's: `${...}` becomes `Ref`, `Fn::GetAtt` or `Fn::Join`. */
export function convertValue(file: TerraformFile, value: Json): Json {
  if (typeof value === 'string') return convertText(file, value);
  if (Array.isArray(value)) return value.map((one) => convertValue(file, one));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [
      key,
      convertValue(file, jsonKeys.has(key) && typeof one === 'string' ? (readJsonText(file, one) ?? one) : one),
    ]),
  );
}

function convertText(file: TerraformFile, value: string): Json {
  const pieces = value.split(/\$\{([^{}]+)\}/);
  if (pieces.length === 1) return value;
  const parts = pieces
    .map((piece, at) => (at % 2 === 1 ? convertExpression(file, piece) : piece))
    .filter((part) => part !== '');
  if (parts.every((part) => typeof part === 'string')) return parts.join('');
  return parts.length === 1 ? (parts[0] ?? '') : { 'Fn::Join': ['', parts] };
}

function convertExpression(file: TerraformFile, source: string): Json {
  const [, piece, index] = /^element\(split\("\/", (.+)\), (\d+)\)$/.exec(source) ?? [];
  if (piece !== undefined) {
    return { 'Fn::Select': [Number(index), { 'Fn::Split': ['/', convertExpression(file, piece)] }] };
  }
  const [, variable] = /^var\.(\w+)$/.exec(source) ?? [];
  if (variable !== undefined) return file.variable[variable]?.default ?? null;
  const [, data, type = '', id = '', attribute = ''] =
    /^(data\.)?(\w+)\.([\w-]+)\.(?:\w+\[0\]\.)?(\w+)$/.exec(source) ?? [];
  if (data && type === 'aws_secretsmanager_random_password') return file.data?.[type]?.[id] ?? source;
  if (data && type === 'aws_secretsmanager_secret_version')
    return toSecretReference(file, file.data?.[type]?.[id] ?? {});
  if (data) return { Ref: pseudo[`${type}.${attribute}`] ?? source };
  return findAttribute(file, type, id, attribute) ?? source;
}

function findAttribute(file: TerraformFile, type: string, id: string, attribute: string): Json | undefined {
  const body = file.resource[type]?.[id];
  if (body === undefined) return undefined;
  if (type === 'aws_secretsmanager_secret_version') return toSecretReference(file, body);
  if (type === 'aws_acm_certificate_validation') return convertValue(file, body.certificate_arn ?? null);
  if (type === 'aws_apigatewayv2_api' && attribute === 'execution_arn') return executionArn(`${type}.${id}`);
  if (type === 'aws_cloudfront_distribution' && attribute === 'arn') return distributionArn(`${type}.${id}`);
  const name = attributes[`${type}.${attribute}`];
  if (name !== undefined) return name === '' ? { Ref: `${type}.${id}` } : { 'Fn::GetAtt': [`${type}.${id}`, name] };
  return body[attribute] === undefined ? undefined : convertValue(file, body[attribute]);
}

/** Builds CloudFormation's dynamic reference to a secret, whether the stack creates it or only names it. */
function toSecretReference(file: TerraformFile, version: JsonObject): Json {
  const [, id] = /\.([\w-]+)\.id\}$/.exec(String(version.secret_id)) ?? [];
  const name = id === undefined ? version.secret_id : file.resource.aws_secretsmanager_secret?.[id]?.name;
  return `{{resolve:secretsmanager:${String(name)}:SecretString}}`;
}

const executionArn = (id: string): Json => ({
  'Fn::Join': [
    ':',
    ['arn', { Ref: 'AWS::Partition' }, 'execute-api', { Ref: 'AWS::Region' }, { Ref: 'AWS::AccountId' }, { Ref: id }],
  ],
});

const distributionArn = (id: string): Json => ({
  'Fn::Join': [
    '',
    ['arn:', { Ref: 'AWS::Partition' }, ':cloudfront::', { Ref: 'AWS::AccountId' }, ':distribution/', { Ref: id }],
  ],
});

/** Converts snake_case keys to CloudFormation's spelling at every depth; `spellings` lists the irregular ones. */
export function pascal(value: Json, spellings: Readonly<Record<string, string>> = {}): Json {
  if (Array.isArray(value)) return value.map((one) => pascal(one, spellings));
  if (!isObject(value) || Object.keys(value).some((key) => /^(Ref$|Fn::)/.test(key))) return value;
  return compact(
    Object.fromEntries(
      Object.entries(value).map(([key, one]) => [spellings[key] ?? spell(key), pascal(one, spellings)]),
    ),
  );
}

const spell = (key: string): string =>
  key.replaceAll(/(^|_)([a-z0-9])/g, (_, __, letter: string) => letter.toUpperCase());

/** Keeps everything but the spelling of keys. */
export const same =
  (spellings: Readonly<Record<string, string>> = {}) =>
  (body: JsonObject): JsonObject =>
    toObject(pascal(body, spellings));
