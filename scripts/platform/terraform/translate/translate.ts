import { compact, firstObject, type Json, type JsonObject, toList, toObject } from '../../../../stacks/model/json.ts';
import { CliError } from '../../../cli/cli.ts';
import type { Graph, Part, Unread } from './graph.ts';
import { convertValue, findUnreadable, pascal, type TerraformFile } from './terraform-text.ts';
import { bucketParts } from './translate-bucket.ts';
import { toCachePolicy, toDistribution, toEdgeFunction, toHeadersPolicy, toRequestPolicy } from './translate-edge.ts';
import { foreignTranslations } from './translate-foreign.ts';
import { type Translation, translations } from './translate-services.ts';
import { type Scalings, toTable } from './translate-tables.ts';

const edge: Readonly<Record<string, Translation>> = {
  aws_cloudfront_cache_policy: { type: 'AWS::CloudFront::CachePolicy', of: toCachePolicy },
  aws_cloudfront_distribution: { type: 'AWS::CloudFront::Distribution', of: toDistribution },
  aws_cloudfront_function: { type: 'AWS::CloudFront::Function', of: toEdgeFunction },
  aws_cloudfront_monitoring_subscription: {
    type: 'AWS::CloudFront::MonitoringSubscription',
    of: (body) => toObject(pascal(body)),
  },
  aws_cloudfront_origin_access_control: {
    type: 'AWS::CloudFront::OriginAccessControl',
    of: (body) => ({ OriginAccessControlConfig: pascal(body) }),
  },
  aws_cloudfront_origin_request_policy: { type: 'AWS::CloudFront::OriginRequestPolicy', of: toRequestPolicy },
  aws_cloudfront_response_headers_policy: { type: 'AWS::CloudFront::ResponseHeadersPolicy', of: toHeadersPolicy },
};

/** Keys that are not settings of a resource: Terraform's own arguments, and code. */
const notCompared = ['//', 'lifecycle', 'depends_on', 'provider', 'filename', 'source_code_hash'];

/**
 * Translates a stack's file to CloudFormation's terms. Throws on an unknown resource type or target; `lenient` leaves
 * these out instead.
 */
export function buildTerraformGraph(file: TerraformFile, { lenient = false } = {}): Graph {
  const convert = (value: Json) => convertValue(file, value);
  const scalings = readScalings(file, convert);
  const parts = new Map<string, Part>();
  const additions: Addition[] = [];
  const unread: Unread[] = [];
  const untranslated: { readonly id: string; readonly type: string }[] = [];
  for (const { type, id, body } of listBodies(file)) {
    const kept = firstObject(body.lifecycle).prevent_destroy === true;
    const own = Object.fromEntries(Object.entries(body).filter(([key]) => !notCompared.includes(key)));
    const translation = findTranslation(type, lenient);
    if (translation) unread.push(...findUnread(file, id, own, lenient));
    const settings = toObject(convert(own));
    if (type === 'aws_dynamodb_table') {
      parts.set(id, { type: 'AWS::DynamoDB::GlobalTable', properties: toTable(settings, scalings), kept });
      continue;
    }
    if (String(settings.service_namespace) === 'dynamodb') continue;
    const bucket = bucketParts[type];
    if (bucket) additions.push({ id, to: settings.bucket, properties: bucket(settings) });
    else if (translation === undefined) {
      if (!lenient) throw unknown(type);
      untranslated.push({ id, type });
    } else if (translation !== 'nothing') {
      const properties = translation.of(settings);
      const to = translation.into?.(settings, body);
      if (to !== undefined) additions.push({ id, to, properties });
      else parts.set(id, { type: translation.type, properties, kept });
    }
  }
  unread.push(...additions.flatMap((addition) => add(parts, addition, lenient)));
  return {
    parts,
    unread,
    untranslated,
    outputs: new Map(Object.entries(file.output).map(([key, { value }]) => [key, convert(value)])),
    tags: toObject(firstObject(file.provider?.aws?.[0]?.default_tags).tags),
  };
}

const findTranslation = (type: string, lenient: boolean): Translation | undefined =>
  translations[type] ?? edge[type] ?? (lenient ? foreignTranslations[type] : undefined);

/** The type of CloudFormation under which rules read one of Terraform. */
export function toCloudFormationType(type: string): string | undefined {
  if (type === 'aws_dynamodb_table') return 'AWS::DynamoDB::GlobalTable';
  if (bucketParts[type]) return 'AWS::S3::Bucket';
  const translation = findTranslation(type, true);
  return translation === 'nothing' ? undefined : translation?.type;
}

const listBodies = ({ resource }: TerraformFile) =>
  Object.entries(resource).flatMap(([type, resources]) =>
    Object.entries(resources).map(([id, body]) => ({ type, id: `${type}.${id}`, body })),
  );

interface Addition {
  readonly id: string;
  readonly to: Json | undefined;
  readonly properties: JsonObject;
}

/** Finds values that only an apply knows. Stacks to be compared must have none. */
function findUnread(file: TerraformFile, id: string, body: JsonObject, lenient: boolean): readonly Unread[] {
  const keys = findUnreadable(file, body);
  if (keys.length > 0 && !lenient)
    throw new CliError('parity_unreadable', `${id}: ${keys.join(', ')} is not JSON text`, 'Write it as JSON.');
  return keys.map((key) => ({
    id,
    reason: `because its ${key} is an expression that only an apply evaluates. Write it as JSON, jsonencode or a policy document of this file`,
  }));
}

/** Adds settings that are separate resources in Terraform but properties in CloudFormation. */
function add(parts: Map<string, Part>, { id, to, properties }: Addition, lenient: boolean): readonly Unread[] {
  const owner = findOwner(parts, to);
  const part = parts.get(owner);
  if (part) {
    parts.set(owner, { ...part, properties: { ...part.properties, ...properties, ...joined(part, properties) } });
    return [];
  }
  if (lenient)
    return [
      { id, reason: `because it belongs to ${toId(to)}, which this file does not have. Give one file with both` },
    ];
  throw new CliError(
    'parity_orphan',
    `${JSON.stringify(properties)} belongs to unknown resource ${owner}`,
    'Fix the translation.',
  );
}

/** Merges additions of several resources into one list. */
function joined({ properties: own }: Part, more: JsonObject): JsonObject {
  const lists = ['ScheduledActions', 'Targets'].filter((key) => own[key] !== undefined && more[key] !== undefined);
  const policies = [own.Policy, more.Policy].filter((policy) => policy !== undefined).map(toObject);
  const statements = policies.flatMap(({ Statement }) => toList(Statement));
  return {
    ...Object.fromEntries(lists.map((key) => [key, [...toList(own[key]), ...toList(more[key])]])),
    ...(policies.length > 1 && { Policy: { ...policies[0], Statement: statements } }),
  };
}

/** Finds the owner by reference or name. */
function findOwner(parts: ReadonlyMap<string, Part>, to: Json | undefined): string {
  const named = [...parts].find(
    ([, { properties }]) => typeof to === 'string' && [properties.RoleName, properties.Name].includes(to),
  );
  return named?.[0] ?? toId(to);
}

function toId(reference: Json | undefined): string {
  const { Ref } = toObject(reference);
  return typeof Ref === 'string' ? Ref : JSON.stringify(reference);
}

/** Scalings are separate resources in Terraform, and part of the table in CloudFormation. */
function readScalings(file: TerraformFile, convert: (value: Json) => Json): Scalings {
  const bodiesOf = (type: string) => Object.values(file.resource[type] ?? {}).map((body) => toObject(convert(body)));
  const toKey = (body: JsonObject) =>
    `${String(body.resource_id)}:${/Read|Write/.exec(String(body.scalable_dimension))}`;
  const tracking = new Map(
    bodiesOf('aws_appautoscaling_policy').map((body) => [
      toKey(body),
      firstObject(body.target_tracking_scaling_policy_configuration),
    ]),
  );
  return new Map(
    bodiesOf('aws_appautoscaling_target').map((body) => [
      toKey(body),
      compact({
        MinCapacity: body.min_capacity,
        MaxCapacity: body.max_capacity,
        TargetTrackingScalingPolicyConfiguration: { TargetValue: tracking.get(toKey(body))?.target_value ?? null },
      }),
    ]),
  );
}

const unknown = (type: string) =>
  new CliError(
    'parity_unknown_type',
    `${type} has no CloudFormation equivalent yet`,
    'Add it to scripts/platform/terraform/translate.',
  );
