import { CliError } from '../../../cli/cli.ts';
import type { Graph, Part } from './graph.ts';
import { compact, firstOf, type Json, type JsonObject, listOf, objectOf } from './json.ts';
import { converterOf, pascal, type TerraformFile } from './terraform-text.ts';
import { bucketParts } from './translate-bucket.ts';
import { cachePolicyOf, distributionOf, edgeFunctionOf, headersPolicyOf, requestPolicyOf } from './translate-edge.ts';
import { type Translation, translations } from './translate-services.ts';
import { type Scalings, tableOf } from './translate-tables.ts';

const edge: Readonly<Record<string, Translation>> = {
  aws_cloudfront_cache_policy: { type: 'AWS::CloudFront::CachePolicy', of: cachePolicyOf },
  aws_cloudfront_distribution: { type: 'AWS::CloudFront::Distribution', of: distributionOf },
  aws_cloudfront_function: { type: 'AWS::CloudFront::Function', of: edgeFunctionOf },
  aws_cloudfront_origin_access_control: {
    type: 'AWS::CloudFront::OriginAccessControl',
    of: (body) => ({ OriginAccessControlConfig: pascal(body) }),
  },
  aws_cloudfront_origin_request_policy: { type: 'AWS::CloudFront::OriginRequestPolicy', of: requestPolicyOf },
  aws_cloudfront_response_headers_policy: { type: 'AWS::CloudFront::ResponseHeadersPolicy', of: headersPolicyOf },
};

/** No setting of a resource: what Terraform itself is told, and what is code. */
const notCompared = ['//', 'lifecycle', 'depends_on', 'provider', 'filename', 'source_code_hash'];

/** A stack's file in CloudFormation's words. A resource type that nobody translates is an error. */
export function graphOfTerraform(file: TerraformFile): Graph {
  const convert = converterOf(file);
  const bodies = Object.entries(file.resource).flatMap(([type, resources]) =>
    Object.entries(resources).map(([id, body]) => ({ type, id: `${type}.${id}`, body })),
  );
  const scalings = tableScalings(file, convert);
  const parts = new Map<string, Part>();
  const additions: { to: string; properties: JsonObject }[] = [];
  for (const { type, id, body } of bodies) {
    const kept = objectOf(body.lifecycle).prevent_destroy === true;
    const own = Object.fromEntries(Object.entries(body).filter(([key]) => !notCompared.includes(key)));
    const settings = objectOf(convert(own));
    if (type === 'aws_dynamodb_table') {
      parts.set(id, { type: 'AWS::DynamoDB::GlobalTable', properties: tableOf(settings, scalings), kept });
      continue;
    }
    if (String(settings.service_namespace) === 'dynamodb') continue;
    const translation = translations[type] ?? edge[type];
    const bucket = bucketParts[type];
    if (bucket) additions.push({ to: targetOf(settings.bucket), properties: bucket(settings) });
    else if (translation === undefined) throw unknown(type);
    else if (translation !== 'nothing') {
      const properties = translation.of(settings);
      const to = translation.into?.(settings, body);
      if (to !== undefined) additions.push({ to: targetOf(to), properties });
      else parts.set(id, { type: translation.type, properties, kept });
    }
  }
  for (const { to, properties } of additions) add(parts, to, properties);
  return {
    parts,
    outputs: new Map(Object.entries(file.output).map(([key, { value }]) => [key, convert(value)])),
    tags: objectOf(firstOf(file.provider.aws[0]?.default_tags).tags),
  };
}

/** Policies and settings that are resources of their own here, and properties there. */
function add(parts: Map<string, Part>, id: string, properties: JsonObject): void {
  const part = parts.get(id);
  if (!part) throw new CliError('parity_orphan', `${JSON.stringify(properties)} belongs to no resource: ${id}`, 'Bug.');
  const actions = listOf(part.properties.ScheduledActions);
  const more = listOf(properties.ScheduledActions);
  const ScheduledActions = more.length > 0 ? { ScheduledActions: [...actions, ...more] } : {};
  parts.set(id, { ...part, properties: { ...part.properties, ...properties, ...ScheduledActions } });
}

function targetOf(reference: Json | undefined): string {
  const { Ref } = objectOf(reference);
  return typeof Ref === 'string' ? Ref : JSON.stringify(reference);
}

/** Beside the table here, inside it there. */
function tableScalings(file: TerraformFile, convert: (value: Json) => Json): Scalings {
  const of = (type: string) => Object.values(file.resource[type] ?? {}).map((body) => objectOf(convert(body)));
  const place = (body: JsonObject) =>
    `${String(body.resource_id)}:${/Read|Write/.exec(String(body.scalable_dimension))}`;
  const tracking = new Map(
    of('aws_appautoscaling_policy').map((body) => [
      place(body),
      firstOf(body.target_tracking_scaling_policy_configuration),
    ]),
  );
  return new Map(
    of('aws_appautoscaling_target').map((body) => [
      place(body),
      compact({
        MinCapacity: body.min_capacity,
        MaxCapacity: body.max_capacity,
        TargetTrackingScalingPolicyConfiguration: { TargetValue: tracking.get(place(body))?.target_value ?? null },
      }),
    ]),
  );
}

const unknown = (type: string) =>
  new CliError('parity_unknown_type', `nobody says what ${type} is in CloudFormation`, 'Add it to scripts/parity/.');
